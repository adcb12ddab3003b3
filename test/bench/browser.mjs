/** Chromium for the benchmarks, and the scripts of their pages. */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundle } from '../bundle.mjs';

export async function launch() {
  const { launchChromium } = await load('test/chromium.ts');
  return launchChromium();
}

/** Bundles a module for a page. `external`: modules that a library loads on demand, and not in these benchmarks. */
export const script = (path, external = []) => bundle({ entryPoints: [path], external });

/** Imports a TypeScript module of the tests. */
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
