import { existsSync } from 'node:fs';
import { defineBrowserProvider } from '@vitest/browser';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

/** What to install on Debian. */
const packages = 'firefox-esr';

/** Where Firefox is: `FIREFOX_PATH`, or where Debian's packages put it. */
function find(): string | undefined {
  return [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
    (path) => path && existsSync(path),
  );
}

/** Lets Vitest run its tests in Firefox, driven by WebDriver BiDi. */
export function firefox(): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'firefox-by-bidi',
    supportedBrowser: ['firefox'],
    options: {},
    providerFactory(): BrowserProvider {
      let browser: Browser | undefined;
      return {
        name: 'firefox-by-bidi',
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(_, url) {
          const executablePath = find();
          if (!executablePath) throw new Error(`No Firefox here. Install ${packages}, or set FIREFOX_PATH.`);
          browser ??= await puppeteer.launch({
            browser: 'firefox',
            executablePath,
            headless: true,
            // A machine that has nothing but loopback is offline to Firefox, where streams would wait.
            extraPrefsFirefox: { 'network.manage-offline-status': false },
          });
          const page = await browser.newPage();
          await page.goto(url);
        },
        async close() {
          await browser?.close();
        },
      };
    },
  });
}
