import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { startServer, type TestServer } from '../harness/server.ts';

const browser: Browser | undefined = await openBrowser();
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test.skipIf(!browser)(
  'the API can be read in a browser, with nothing from elsewhere and nothing refused',
  async () => {
    const page = await (browser as Browser).newPage({ viewport: { width: 1440, height: 900 } });
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${server.url}/docs`);
    await page.getByRole('heading', { name: 'Slipway' }).first().waitFor();
    await page.getByRole('heading', { name: 'rollouts' }).first().waitFor();
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(server.url) && !/^(data|blob):/.test(url))).toEqual([]);
    if (process.env.SLIPWAY_TEST_PICTURES)
      await page.screenshot({ path: `${process.env.SLIPWAY_TEST_PICTURES}/docs.png` });
  },
);
