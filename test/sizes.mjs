/**
 * Checks the sizes in package.json (`sizes`: what is imported → the limit in bytes): bundled from `dist` with its
 * dependencies, minified, gzipped.
 */
import { readFileSync } from 'node:fs';
import { gzippedSize, sizeOf } from './bundle.mjs';

const { sizes } = JSON.parse(readFileSync('package.json', 'utf8'));
let isOver = false;

for (const [what, limit] of Object.entries(sizes)) {
  const size = what.startsWith('dist/') ? gzippedSize(readFileSync(what, 'utf8')) : await sizeOfImport(what);
  isOver ||= size > limit;
  console.log(`${size} of ${limit} B  ${what}${size > limit ? '  OVER' : ''}`);
}
if (isOver) process.exitCode = 1;

/** What a page pays for an import, e.g. `{ stream } from teleprinter/core`. */
function sizeOfImport(what) {
  const [, names, path] = /^(.+) from teleprinter\/?(.*)$/.exec(what);
  return sizeOf(`import ${names} from './dist/${path || 'index'}.js'; globalThis.used = ${names};`);
}
