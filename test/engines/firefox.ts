import { defineBrowserProvider } from '@vitest/browser';
import puppeteer, { type Browser } from 'puppeteer-core';
import { engines } from './find.mjs';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

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
          const { debian, find } = engines.firefox;
          const executablePath = find();
          if (!executablePath) throw new Error(`No Firefox here. Install ${debian}, or set FIREFOX_PATH.`);
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
