/**
 * Checks the sizes in package.json (`sizes`: what is imported → bytes): bundled from `dist` with its dependencies,
 * minified, gzipped. Over its `limit` the check fails; how far it is from a `goal` that is not reached yet is said.
 */
import { readFileSync } from 'node:fs';
import { gzippedSize, sizeOf } from './bundle.mjs';

const { sizes } = JSON.parse(readFileSync('package.json', 'utf8'));
let isOver = false;

for (const [what, { limit, goal = limit }] of Object.entries(sizes)) {
  const size = what.startsWith('dist/') ? gzippedSize(readFileSync(what, 'utf8')) : await sizeOfImport(what);
  isOver ||= size > limit;
  const verdict = size > limit ? 'OVER' : size > goal ? `${size - goal} over its goal of ${goal}` : 'ok';
  console.log(`${size} of ${limit} B  ${what}  ${verdict}`);
}
if (isOver) process.exitCode = 1;

/** What a page pays for an import, e.g. `{ stream } from teleprinter/core`. */
function sizeOfImport(what) {
  const [, names, path] = /^(.+) from teleprinter\/?(.*)$/.exec(what);
  return sizeOf(`import ${names} from './dist/${path || 'index'}.js'; globalThis.used = ${names};`);
}
