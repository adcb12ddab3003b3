/**
 * Checks the sizes in package.json (`sizes`: what is imported → bytes): bundled from `dist` with its dependencies,
 * minified, gzipped. Over its `limit` the check fails; how far it is from a `goal` that is not reached yet is said.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

const { sizes } = JSON.parse(readFileSync('package.json', 'utf8'));
let isOver = false;

for (const [what, { limit, goal = limit }] of Object.entries(sizes)) {
  const code = what.startsWith('dist/') ? readFileSync(what, 'utf8') : await bundle(what);
  const size = gzipSync(code, { level: 9 }).length;
  isOver ||= size > limit;
  const verdict = size > limit ? 'OVER' : size > goal ? `${size - goal} over its goal of ${goal}` : 'ok';
  console.log(`${size} of ${limit} B  ${what}  ${verdict}`);
}
if (isOver) process.exitCode = 1;

/** What a page pays for an import, e.g. `{ stream } from teleprinter/core`. */
async function bundle(what) {
  const [, names, path] = /^(.+) from teleprinter\/?(.*)$/.exec(what);
  const { outputFiles } = await build({
    stdin: {
      contents: `import ${names} from './dist/${path || 'index'}.js'; globalThis.used = ${names};`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const { code } = await minify(outputFiles[0].text, { module: true, compress: { passes: 3 } });
  return code;
}
