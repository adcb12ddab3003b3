import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

/** The app of this folder, installed elsewhere with the package as it is published. */
let app: string;
let server: ChildProcess | undefined;
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const };

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'teleprinter-next-'));
  cpSync(import.meta.dirname, app, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', app], { encoding: 'utf8' });
  const options = ['--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', ['install', ...options, join(app, packed.trim())], { cwd: app, stdio: 'inherit' });
});
afterAll(() => {
  if (server?.pid) process.kill(-server.pid);
  rmSync(app, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

test('a Next.js app with the element and the hook builds, hydrates, asks once for each question, and closes when its page goes', async () => {
  execFileSync('npx', ['next', 'build'], { cwd: app, env, stdio: 'inherit' });
  const port = await freePort();
  server = spawn('npx', ['next', 'start', '--port', String(port)], { cwd: app, env, detached: true });
  let log = '';
  server.stdout!.on('data', (chunk) => (log += String(chunk)));
  await expect.poll(() => log, { timeout: 60_000 }).toContain('Ready');

  const browser = await launchChromium();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator('main').getByText('It is one.').waitFor();
  await page.locator('output', { hasText: 'complete' }).waitFor();
  await page.locator('tele-printer > [slot=answer]').waitFor();
  await page.getByRole('button', { name: 'Another' }).click();
  await page.locator('main').getByText('It is two.').waitFor();
  await page.locator('tele-printer:state(done)').waitFor();
  expect(log.match(/asked: \w+/g)).toEqual(['asked: one', 'asked: two']);
  expect(problems).toEqual([]);

  log = '';
  await page.goto(`http://127.0.0.1:${port}/chat`);
  await page.getByRole('heading', { name: 'A text of the server.' }).waitFor();
  expect(await page.locator('output').innerText()).toBe('idle');
  expect(log).not.toContain('asked');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.locator('article', { hasText: 'One. More.' }).waitFor();
  expect(log).toContain('chat asked: tea');
  expect(log).not.toContain('closed');
  await page.getByRole('link', { name: 'Away' }).click();
  await page.locator('main').getByText('It is one.').waitFor();
  await expect.poll(() => log).toContain('chat closed');
  expect(log.match(/chat \w+/g)).toEqual(['chat asked', 'chat closed']);
  expect(problems).toEqual([]);
  await browser.close();
});
