import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';

/** What a browser is started with: for a container without user namespaces, and without calls home. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  // For the tests that measure memory.
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
];

/** Where an installed Chrome is on the systems that @sparticuz/chromium is not built for. */
const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
];

/**
 * The browser for the tests: `CHROME_PATH`; on Linux x64 the Chromium of a registry package, with the system
 * libraries it ships where the machine has none; elsewhere an installed Chrome, or Playwright's own.
 */
export async function findChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) return { executablePath: CHROME_PATH, env: environment() };
  if (process.platform === 'linux' && process.arch === 'x64') return fromRegistry();
  const { chromium } = await import('playwright');
  const executablePath = [...INSTALLED, chromium.executablePath()].find((path) => existsSync(path));
  if (executablePath) return { executablePath, env: environment() };
  throw new Error(
    'No browser for the tests. Install Chrome, or run `npx playwright install chromium`, or set CHROME_PATH.',
  );
}

/** Starts the browser for the tests of a file, which close it. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright');
  return chromium.launch({ ...(await findChromium()), args: chromiumArgs });
}

async function fromRegistry(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const { version } = JSON.parse(
    readFileSync(new URL('../node_modules/@sparticuz/chromium/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const folder = join(tmpdir(), `teleprinter-chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  const executablePath = join(folder, 'chromium');
  const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  for (const env of [environment(fonts), environment({ ...fonts, ...libraries })]) {
    const { status } = spawnSync(executablePath, ['--version'], { env });
    if (status === 0) return { executablePath, env };
  }
  const { stderr } = spawnSync(executablePath, ['--version'], { encoding: 'utf8' });
  throw new Error(
    `The Chromium of @sparticuz/chromium does not start: ${stderr}Install what it misses, or set CHROME_PATH to a Chrome.`,
  );
}

/** Unpacks beside, then renames: two runs at once, or one that was stopped, leave nothing half done. */
async function unpack(folder: string): Promise<void> {
  const unfinished = mkdtempSync(`${folder}-`);
  // The package unpacks into the temporary folder, and its system libraries only where it believes to be on AWS.
  const saved = { ...process.env };
  Object.assign(process.env, { TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' });
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function environment(extra: Record<string, string> = {}): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(own), ...extra };
}
