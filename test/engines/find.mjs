import { existsSync, readdirSync } from 'node:fs';

export const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
export const DISPLAY_SERVER = '/usr/bin/Xvfb';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

/** Where each browser is, if all that it needs is here, and what to install on Debian where it is not. */
export const engines = {
  firefox: {
    debian: 'firefox-esr',
    find: () => firstOf(process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'),
  },
  webkit: {
    debian: 'webkit2gtk-driver xvfb',
    /** WebKitGTK's own small browser. */
    find() {
      if (!existsSync(WEBKIT_DRIVER) || !existsSync(DISPLAY_SERVER)) return undefined;
      const versions = readdirSync(LIBRARIES).filter((name) => name.startsWith('webkit2gtk-'));
      return firstOf(...versions.map((name) => `${LIBRARIES}/${name}/MiniBrowser`));
    },
  },
  chromium: {
    debian: 'chromium',
    find: () => firstOf('/usr/bin/chromium'),
  },
};

/**
 * @param {(string | undefined)[]} paths
 * @returns {string | undefined}
 */
function firstOf(...paths) {
  return paths.find((path) => path && existsSync(path));
}
