/**
 * Runs the browser tests in the Chromium of `npm test`, in Firefox ESR and in WebKitGTK, and the tests of the page lifecycle in a
 * full Chromium, which has a back/forward cache. Names the packages to install if an engine is missing. Prints a table.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from './engines/find.mjs';

const BROWSER_TESTS = ['--project', 'browser*'];
const PAGE_LIFE = ['--project', 'e2e', 'test/e2e/page-life.test.ts'];

const { chromium, firefox, webkit } = engines;
const runs = [
  { name: 'Chromium of npm test', tests: BROWSER_TESTS, env: { ENGINE: 'chromium' } },
  { name: 'Firefox ESR', needs: firefox, tests: BROWSER_TESTS, env: { ENGINE: 'firefox' } },
  { name: 'WebKitGTK', needs: webkit, tests: BROWSER_TESTS, env: { ENGINE: 'webkit' } },
  {
    name: 'Chromium of Debian, life of a page',
    needs: chromium,
    tests: PAGE_LIFE,
    env: { CHROME_PATH: chromium.find() },
  },
];

const folder = mkdtempSync(join(tmpdir(), 'teleprinter-engines-'));
const rows = [];
for (const { name, needs, tests, env } of runs) {
  if (needs && !needs.find()) {
    rows.push([name, `missing: apt-get install ${needs.debian}`]);
    process.exitCode = 1;
    continue;
  }
  const outputFile = join(folder, 'report.json');
  rmSync(outputFile, { force: true });
  const args = [
    'vitest',
    'run',
    ...tests,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${outputFile}`,
  ];
  const { status } = spawnSync('npx', args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
  rows.push([
    name,
    existsSync(outputFile) ? summary(JSON.parse(readFileSync(outputFile, 'utf8'))) : 'did not start',
  ]);
}
rmSync(folder, { recursive: true });

console.log(`\n| engine | tests |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`);

function summary({ numPassedTests, numFailedTests, numPendingTests }) {
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}
