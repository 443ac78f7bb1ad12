import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/**
 * Where Debian, Ubuntu, Fedora and the vendor's own packages put the browser. Debian's headless shell is the same
 * engine without the windows that nobody sees: a quarter less work for a suite.
 */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/**
 * Opens the system's Chromium, headless, with a fresh profile and no traffic of its own. Undefined, with a loud line,
 * where no browser is installed; with `CI=true` that is an error, so that browser tests cannot vanish unnoticed.
 * The caller closes it.
 */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = process.env.SLIPWAY_TEST_BROWSER ?? places.find((place) => existsSync(place));
  if (executablePath === undefined) {
    const message = `No browser at ${places.join(', ')}: install it (apt-get install chromium) or name one in SLIPWAY_TEST_BROWSER`;
    if (process.env.CI === 'true') throw new Error(message);
    process.stderr.write(`\n!!! BROWSER TESTS SKIPPED. ${message}.\n\n`);
    return undefined;
  }
  // Playwright makes and removes the profile folder itself: every launch starts with an empty one.
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
