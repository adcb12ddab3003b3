/**
 * Checks the sizes in package.json (`sizes`: what is imported → the limit in bytes): bundled from `dist` with its
 * dependencies, minified, gzipped. An entry point `beside` another is measured without the files of the other.
 */
import { readFileSync } from 'node:fs';
import { filesOf, gzippedSize, sizeOf } from './bundle.mjs';

const { sizes } = JSON.parse(readFileSync('package.json', 'utf8'));
let isOver = false;

for (const [what, limit] of Object.entries(sizes)) {
  const size = what.startsWith('dist/') ? gzippedSize(readFileSync(what, 'utf8')) : await sizeOfImport(what);
  isOver ||= size > limit;
  console.log(`${size} of ${limit} B  ${what}${size > limit ? '  OVER' : ''}`);
}
if (isOver) process.exitCode = 1;

/** The size of an import, e.g. `{ stream } from teleprinter/core`, or `… beside teleprinter`. */
async function sizeOfImport(what) {
  const [, names, path, hasBeside, beside] =
    /^(.+) from teleprinter\/?(\S*)( beside teleprinter\/?(.*))?$/.exec(what);
  return sizeOf(
    `import ${names} from '${fileOf(path)}'; globalThis.used = ${names};`,
    undefined,
    hasBeside && (await filesOf(fileOf(beside))),
  );
}

function fileOf(path) {
  return `./dist/${path || 'index'}.js`;
}
