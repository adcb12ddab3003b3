/**
 * `npm run docs` builds the site into `docs/.vitepress/dist`; `npm run docs -- dev` serves it while you write. The site has
 * packages of its own, which are installed where they are missing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: 'inherit' });
const bin = (name) => `${folder}node_modules/.bin/${name}`;

const done = `${folder}node_modules/.package-lock.json`;
if (!existsSync(done) || statSync(done).mtimeMs < statSync(`${folder}package-lock.json`).mtimeMs)
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');

// The reference, of the doc comments.
run(bin('typedoc'));
run(bin('vitepress'), process.argv[2] === 'dev' ? 'dev' : 'build', '.');
