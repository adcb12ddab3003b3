import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

/** The code of a module with all that it imports, as a page would have it. */
export async function bundle(entry) {
  const { outputFiles } = await build({
    ...entry,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

/** What some code costs a page, in bytes: bundled, minified, gzipped. */
export async function sizeOf(contents, resolveDir = process.cwd()) {
  const text = await bundle({ stdin: { contents, resolveDir } });
  const { code } = await minify(text, { module: true, compress: { passes: 3 } });
  return gzippedSize(code);
}

export const gzippedSize = (code) => gzipSync(code, { level: 9 }).length;
