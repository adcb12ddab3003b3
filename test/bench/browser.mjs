/** Chromium for the benchmarks, and the scripts of their pages. */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright';

export async function launch() {
  const { findChromium, chromiumArgs } = await load('test/chromium.ts');
  return chromium.launch({ ...(await findChromium()), args: chromiumArgs });
}

/** A module with all it imports, for a page, as a page would have it. */
export async function script(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
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

/** Loads a module of the tests that is TypeScript. */
async function load(path) {
  const outfile = `node_modules/.teleprinter-${process.pid}.mjs`;
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  try {
    return await import(`../../${outfile}`);
  } finally {
    rmSync(outfile);
  }
}
