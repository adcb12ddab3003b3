import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

/** What some code costs a page, in bytes: bundled with all it imports, minified, gzipped. */
export async function sizeOf(contents, resolveDir = process.cwd()) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const { code } = await minify(outputFiles[0].text, { module: true, compress: { passes: 3 } });
  return gzippedSize(code);
}

export const gzippedSize = (code) => gzipSync(code, { level: 9 }).length;
