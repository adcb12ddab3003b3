/**
 * Runs a test that `npm test` gives a short share of for as long as one likes:
 * `npm run fuzz -- --seeds 5000`, `npm run chaos -- --runs 1000`; `--from 42` starts at that seed.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const COUNTS = { fuzz: 'seeds', chaos: 'runs' };

const [name, ...args] = process.argv.slice(2);
const count = COUNTS[name];
const { values } = parseArgs({
  args,
  options: { [count]: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
for (const [option, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) throw new Error(`--${option} is ${value}. It takes a whole number.`);
}

const runner = spawn('npx', ['vitest', 'run', '--project', 'browser', `test/browser/${name}.test.ts`], {
  stdio: 'inherit',
  env: { ...process.env, LONG_COUNT: values[count], LONG_FROM: values.from },
});
runner.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
