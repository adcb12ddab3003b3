/**
 * Runs a test of which `npm test` runs a small share with any number of seeds or runs:
 * `npm run fuzz -- --seeds 5000`, `npm run chaos -- --runs 1000`, `npm run chaos:relay -- --runs 1000`; `--from 42` starts at
 * that seed.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const TESTS = {
  fuzz: { count: 'seeds', project: 'browser', file: 'test/transports/fuzz.test.ts' },
  'fuzz:markdown': {
    count: 'seeds',
    project: 'browser-views',
    file: 'test/typewriter/markdown-fuzz.test.ts',
  },
  chaos: { count: 'runs', project: 'browser', file: 'test/connection/chaos.test.ts' },
  'chaos:relay': { count: 'runs', project: 'node', file: 'test/relay/chaos/chaos.node.test.ts' },
};

const [name, ...args] = process.argv.slice(2);
const { count, project, file } = TESTS[name];
const { values } = parseArgs({
  args,
  options: { [count]: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
for (const [option, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) throw new Error(`--${option} is ${value}. It takes a whole number.`);
}

const runner = spawn('npx', ['vitest', 'run', '--project', project, file], {
  stdio: 'inherit',
  env: { ...process.env, LONG_COUNT: values[count], LONG_FROM: values.from },
});
runner.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
