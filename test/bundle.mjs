import { basename, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

/** Bundles and minifies a module with its imports. */
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

/** A module and all the files that it imports, as absolute paths. */
export async function filesOf(path) {
  const { metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'error',
  });
  return new Set(Object.keys(metafile.inputs).map((file) => resolve(file)));
}

/**
 * The size of some code in bytes: bundled, minified, gzipped.
 * @param present Files that the page has already. With it, the frameworks are left out, too.
 */
export async function sizeOf(contents, resolveDir = process.cwd(), present) {
  const entry = { stdin: { contents, resolveDir } };
  const text = await bundle(
    present ? { ...entry, external: FRAMEWORKS, plugins: [without(present)] } : entry,
  );
  const { code } = await minify(text, { module: true, compress: { passes: 3 } });
  return gzippedSize(code);
}

const FRAMEWORKS = ['react', 'vue', 'svelte'];

/** Leaves these files out of a bundle. */
const without = (files) => ({
  name: 'without',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return files.has(file) ? { path: `./${basename(file)}`, external: true } : undefined;
    });
  },
});

export const gzippedSize = (code) => gzipSync(code, { level: 9 }).length;
