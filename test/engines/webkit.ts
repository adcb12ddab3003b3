import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

/** What to install on Debian. */
const packages = 'webkit2gtk-driver xvfb';

const DRIVER = '/usr/bin/WebKitWebDriver';
const DISPLAY_SERVER = '/usr/bin/Xvfb';
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

/** Where WebKitGTK's own small browser is, if all that it needs is here. */
function find(): string | undefined {
  if (!existsSync(DRIVER) || !existsSync(DISPLAY_SERVER)) return undefined;
  return readdirSync(LIBRARIES)
    .filter((name) => name.startsWith('webkit2gtk-'))
    .map((name) => `${LIBRARIES}/${name}/MiniBrowser`)
    .find((path) => existsSync(path));
}

/** Lets Vitest run its tests in WebKitGTK, driven by WebDriver. https://www.w3.org/TR/webdriver2/ */
export function webkit(): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'webkit-by-webdriver',
    supportedBrowser: ['webkit'],
    options: {},
    providerFactory(): BrowserProvider {
      const processes: ChildProcess[] = [];
      let session: string | undefined;

      async function start(): Promise<string> {
        const binary = find();
        if (!binary) throw new Error(`No WebKitGTK here. Install ${packages}.`);
        // Xvfb writes the number of the display that it took to this file descriptor.
        const display = spawn(DISPLAY_SERVER, ['-displayfd', '3', '-nolisten', 'tcp'], {
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        });
        processes.push(display);
        const number = await new Promise<Buffer>((resolve) => display.stdio[3]!.once('data', resolve));
        const port = await freePort();
        processes.push(
          spawn(DRIVER, [`--port=${port}`], {
            stdio: 'ignore',
            env: { ...process.env, DISPLAY: `:${String(number).trim()}`, LIBGL_ALWAYS_SOFTWARE: '1' },
          }),
        );
        const driver = `http://127.0.0.1:${port}/session`;
        const alwaysMatch = { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } };
        for (let attempt = 0; ; attempt++) {
          try {
            const { sessionId } = await post(driver, { capabilities: { alwaysMatch } });
            return `${driver}/${String(sessionId)}`;
          } catch (error) {
            // The driver takes a moment to listen.
            if (attempt === 50) throw error;
            await setTimeout(100);
          }
        }
      }

      return {
        name: 'webkit-by-webdriver',
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(_, url) {
          session ??= await start();
          await post(`${session}/url`, { url });
        },
        async close() {
          if (session) await fetch(session, { method: 'DELETE' });
          for (const child of processes.toReversed()) child.kill();
        },
      };
    },
  });
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: Record<string, unknown> | null };
  if (!response.ok) throw new Error(`WebDriver: ${JSON.stringify(value)}`);
  return value ?? {};
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
