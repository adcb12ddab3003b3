/**
 * Checks the sizes that package.json allows (`sizes`: what is imported → bytes): bundled from `dist` with its
 * dependencies, minified, gzipped. A budget is met or the check fails.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

const { sizes } = JSON.parse(readFileSync('package.json', 'utf8'));
let isOver = false;

for (const [what, limit] of Object.entries(sizes)) {
  const code = what.startsWith('dist/') ? readFileSync(what, 'utf8') : await bundle(what);
  const size = gzipSync(code, { level: 9 }).length;
  isOver ||= size > limit;
  console.log(`${size > limit ? 'OVER' : 'ok  '} ${String(size).padStart(6)} of ${String(limit).padStart(6)} B  ${what}`);
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
