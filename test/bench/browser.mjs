/** Chromium for the benchmarks, and the scripts of their pages. */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundle } from '../bundle.mjs';

export async function launch() {
  const { launchChromium } = await load('test/chromium.ts');
  return launchChromium();
}

/** A module for a page; `external` is what a library would load later, and does not here. */
export const script = (path, external = []) => bundle({ entryPoints: [path], external });

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
