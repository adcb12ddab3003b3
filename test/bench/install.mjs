/** Installs the libraries that the benchmarks measure, unless they are installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const done = 'test/bench/node_modules/.package-lock.json';
const wanted = 'test/bench/package-lock.json';
if (!existsSync(done) || statSync(done).mtimeMs < statSync(wanted).mtimeMs) {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['ci', '--prefix', 'test/bench', ...options], { stdio: 'inherit' });
}
