import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { defineBrowserProvider } from '@vitest/browser';
import { DISPLAY_SERVER, engines, WEBKIT_DRIVER } from './find.mjs';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

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
        const { debian, find } = engines.webkit;
        const binary = find();
        if (!binary) throw new Error(`No WebKitGTK here. Install ${debian}.`);
        // Xvfb writes the number of the display that it took to this file descriptor.
        const display = spawn(DISPLAY_SERVER, ['-displayfd', '3', '-nolisten', 'tcp'], {
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        });
        processes.push(display);
        const number = await new Promise<Buffer>((resolve) => display.stdio[3]!.once('data', resolve));
        const port = await freePort();
        processes.push(
          spawn(WEBKIT_DRIVER, [`--port=${port}`], {
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
