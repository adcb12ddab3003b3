import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModel } from '../../demo/model.mjs';
import { chromiumArgs, findChromium } from '../chromium.ts';

/** The pages of each example, and where their answer is. */
const PAGES: Record<string, readonly string[]> = {
  html: ['/'],
  express: ['/'],
  hono: ['/'],
  fastify: ['/'],
  'react-vite': ['/'],
  'vue-vite': ['/'],
  'svelte-vite': ['/'],
  next: ['/', '/chat'],
};

let folder: string;
let packed: string;
let model: Awaited<ReturnType<typeof startModel>>;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teleprinter-examples-'));
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { encoding: 'utf8' });
  packed = join(folder, name.trim());
  model = await startModel({ tokenDelay: 5 });
  browser = await chromium.launch({ ...(await findChromium()), args: chromiumArgs });
});
afterAll(async () => {
  await browser.close();
  await model.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('each example is tried', () => {
  const folders = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual(Object.keys(PAGES).toSorted());
});

test.each(Object.keys(PAGES))(
  '%s is installed, built and started, and types a whole answer',
  async (name) => {
    const app = install(name);
    const { scripts } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const port = await freePort();
    const env = {
      ...process.env,
      PORT: String(port),
      OPENAI_API_KEY: 'none',
      OPENAI_BASE_URL: model.baseURL,
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: undefined,
    };
    if (scripts.build) execFileSync('npm', ['run', '--silent', 'build'], { cwd: app, env, stdio: 'pipe' });
    const args = scripts.start?.startsWith('vite')
      ? ['--', '--port', String(port), '--host', '127.0.0.1']
      : [];
    const server = spawn('npm', ['run', '--silent', 'start', ...args], { cwd: app, env, detached: true });
    let log = '';
    for (const output of [server.stdout, server.stderr]) output.on('data', (text) => (log += String(text)));
    onTestFinished(() => void (server.pid && process.kill(-server.pid)));
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/`).then(
          ({ ok }) => ok,
          () => log,
        ),
      )
      .toBe(true);

    for (const path of PAGES[name]!) {
      const asked = model.stats.prompts.length;
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => {
        if (/error|warning/.test(message.type())) problems.push(message.text());
      });
      page.on('pageerror', ({ message }) => problems.push(message));
      // What the build made, in place of what was published.
      await page.route('https://unpkg.com/**', (route) =>
        route.fulfill({
          path: join('dist', basename(new URL(route.request().url()).pathname)),
          contentType: 'text/javascript',
          headers: { 'Access-Control-Allow-Origin': '*' },
        }),
      );
      await page.goto(`http://127.0.0.1:${port}${path}`);
      await page.getByLabel('Question').fill('tea');
      await page.getByRole('button', { name: 'Ask' }).click();
      const done = page.locator('tele-printer:state(done), [role=status]:text-is("complete")');
      await done.waitFor({ timeout: 30_000 }).catch((error: unknown) => {
        throw new Error(`${problems.join('\n')}\n${log}`, { cause: error });
      });
      await expect.poll(() => page.locator('body').innerText()).toContain('Boil fresh water');
      expect(model.stats.prompts.slice(asked)).toEqual(['tea']);
      expect(problems).toEqual([]);
      await page.close();
    }
  },
);

/** Copies an example, and installs what its lock file says, with the packed package. */
function install(name: string): string {
  const app = join(folder, name);
  cpSync(join('examples', name), app, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|\.next)$/.test(path),
  });
  for (const file of ['package.json', 'package-lock.json']) {
    const content = JSON.parse(readFileSync(join(app, file), 'utf8')) as {
      dependencies?: Record<string, string>;
      packages?: Record<string, { dependencies: Record<string, string> }>;
    };
    const { dependencies } = content.packages?.[''] ?? content;
    dependencies!.teleprinter = `file:${packed}`;
    for (const path of ['../..', 'node_modules/teleprinter']) delete content.packages?.[path];
    writeFileSync(join(app, file), JSON.stringify(content));
  }
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: app, stdio: 'pipe' });
  return app;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
