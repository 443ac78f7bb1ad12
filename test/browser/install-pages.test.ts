import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, parse } from 'plist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/storage/index.ts';
import {
  clientUpload,
  keys,
  type Parts,
  startInstallation,
  upload,
  uploadPath,
} from '../conformance/nhn-deploy/binaries-setup.ts';
import { openBrowser } from '../harness/browser.ts';
import type { TestServer } from '../harness/server.ts';
import { withTwins } from '../harness/storage.ts';

const clock = new ManualClock(Date.UTC(2025, 2, 1, 3));
const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/5';
const folder = process.env.SLIPWAY_TEST_PICTURES;
const manifest = build({
  items: [
    {
      assets: [{ kind: 'software-package', url: '' }],
      metadata: {
        'bundle-identifier': 'com.example',
        'bundle-version': '4.10.1',
        kind: 'software',
        title: 'Shop',
      },
    },
  ],
});

interface Pages {
  readonly all: string;
  readonly fixed: Readonly<Record<string, string>>;
  readonly recent: Readonly<Record<string, string>>;
}

/** Contrast is most of what the rules cost: it is looked at where all is asked for, as on the console's pages. */
const rules = JSON.stringify({ rules: { 'color-contrast': { enabled: withTwins } } });

let server: TestServer;
const browser: Browser | undefined = await openBrowser();
const uploaded = new Map<string, number>();

async function uploadApp(
  fileName: string,
  fields: Readonly<Record<string, string>>,
  extra: Parts = [],
): Promise<void> {
  clock.advance(60_000);
  const path = uploadPath({ artifact: '5', group: '6' });
  const { json } = await upload(server, [...clientUpload(fileName, fields), ...extra], path);
  uploaded.set(`${fields.osType} ${fields.version}`, Number(json.body.binaryKey));
}

async function pages(): Promise<Pages> {
  return (await server.call(`${native}/binary-groups/6/pages`, { key: keys.admin })).json;
}

async function send(version: string): Promise<{ id: number; url: string }> {
  const path = `${native}/binaries/${uploaded.get(version)}/links`;
  return (await server.call(path, { key: keys.admin, json: {} })).json;
}

async function setPassword(password: string | null): Promise<void> {
  await server.call(`${native}/binary-groups/6`, { method: 'PATCH', key: keys.admin, json: { password } });
}

beforeAll(async () => {
  server = await startInstallation({ clock });
  await uploadApp('shop.apk', { osType: 'Android', version: '4.9.0', fix: 'true' });
  await uploadApp('shop.ipa', { osType: 'iOS', version: '4.10.1' }, [['metaFile', manifest, 'shop.plist']]);
  await uploadApp('shop.apk', {
    osType: 'Android',
    version: '4.10.1',
    description: '<script>alert(1)</script> & "quoted"\nsecond line',
  });
  await uploadApp('setup.exe', { osType: 'etc', version: '4.10.0' });
});

afterAll(async () => {
  await browser?.close();
  await server.close();
});

/** One page for all visits: to begin a browser profile and its processes costs three times what a page does. */
let shared: Page | undefined;
const errors: string[] = [];

/** The page of a visitor, without cookies, whose errors are heard. */
async function visit(width: number, url: string, dark = false): Promise<{ page: Page; errors: string[] }> {
  if (shared === undefined) {
    shared = await (browser as Browser).newPage({ viewport: { width, height: 800 } });
    shared.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    shared.on('pageerror', (error) => errors.push(String(error)));
  }
  const page = shared;
  await page.context().clearCookies();
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  errors.length = 0;
  await page.goto(url);
  return { page, errors };
}

describe.skipIf(!browser)('install pages in a browser', () => {
  it.each([360, 1440])(
    'show all versions at %i pixels without a horizontal scroll or an error',
    async (width) => {
      const { page, errors } = await visit(width, (await pages()).all);
      expect(await page.locator('h2[id^=version]').allTextContents()).toEqual([
        '4.10.0',
        '4.10.1',
        '4.10.1',
        '4.9.0',
      ]);
      expect(await page.locator('.description').textContent()).toBe(
        '<script>alert(1)</script> & "quoted"\nsecond line',
      );
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
      const code = await page.getByRole('img', { name: 'QR code of this page' }).boundingBox();
      expect(code?.width, 'large enough for a camera').toBeGreaterThanOrEqual(150);
      if (folder) await page.screenshot({ path: join(folder, `all-${width}.png`), fullPage: true });
    },
  );

  it('lead from all versions to the fixed and the newest one of a system', async () => {
    const { page } = await visit(360, (await pages()).all);
    const shown = () => page.locator('h2[id^=version]').allTextContents();
    await page.getByRole('link', { name: 'Fixed for Android' }).click();
    expect(await shown()).toEqual(['4.9.0']);
    await page.getByRole('link', { name: 'Newest for Android' }).click();
    expect(await shown()).toEqual(['4.10.1']);
    expect(await page.getByRole('link', { name: 'Newest for Android' }).getAttribute('aria-current')).toBe(
      'page',
    );
  });

  it('give an Android device the file', async () => {
    const { page } = await visit(360, (await pages()).recent.Android ?? '');
    const downloads = await mkdtemp(join(tmpdir(), 'slipway-download-'));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Install' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('shop.apk');
    await download.saveAs(join(downloads, 'shop.apk'));
    await rm(downloads, { recursive: true });
  });

  it('ask for the password of the group, and remember it', async () => {
    await setPassword('open sesame');
    const { page } = await visit(360, (await pages()).fixed.Android ?? '');
    expect(await page.locator('h2[id^=version]').count()).toBe(0);
    if (folder) await page.screenshot({ path: join(folder, 'password-360.png') });
    await page.getByLabel('Password of this page').fill('wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('This is not the password.');
    await page.getByLabel('Password of this page').fill('open sesame');
    await page.keyboard.press('Enter');
    await page.waitForURL(/fixed\/android$/);
    expect(await page.locator('h2[id^=version]').allTextContents()).toEqual(['4.9.0']);
    await page.reload();
    expect(await page.locator('h2[id^=version]').count()).toBe(1);
    await setPassword('another');
    await page.reload();
    expect(await page.getByLabel('Password of this page').count()).toBe(1);
    await setPassword(null);
  });

  it.each([
    [360, false, 'rgb(244, 246, 249)'],
    [1440, true, 'rgb(17, 22, 31)'],
  ])('pass the accessibility rules at %i pixels, dark: %s', async (width, dark, ground) => {
    const source = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
    const { page } = await visit(width, (await pages()).all, dark);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
    if (folder) await page.screenshot({ path: join(folder, `axe-${width}.png`), fullPage: true });
    await page.evaluate(source);
    const violations = await page.evaluate(
      `axe.run(document, ${rules}).then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))`,
    );
    expect(violations).toEqual([]);
  });
});

describe('install pages', () => {
  it('install on iOS by a manifest that names our address of the bytes', async () => {
    const { text } = await server.call(new URL((await pages()).recent.iOS ?? '').pathname);
    const [, encoded = ''] = /itms-services:\/\/\?action=download-manifest&amp;url=([^"]+)/.exec(text) ?? [];
    const answer = await fetch(decodeURIComponent(encoded));
    expect(answer.headers.get('content-type')).toMatch(/^application\/xml/);
    // biome-ignore lint/suspicious/noExplicitAny: a property list is read by its known shape
    const { items } = parse(await answer.text()) as any;
    expect(items[0].metadata.title).toBe('Shop');
    const bytes = await fetch(items[0].assets[0].url);
    expect([bytes.status, await bytes.text()]).toEqual([200, 'bytes of shop.ipa']);
    expect(bytes.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  });

  it('are there only for what is uploaded, with addresses that cannot be guessed', async () => {
    const { all, fixed, recent } = await pages();
    expect(Object.keys(fixed)).toEqual(['Android']);
    expect(Object.keys(recent)).toEqual(['Android', 'iOS', 'etc']);
    const status = async (path: string) => (await server.call(path)).status;
    const base = new URL(all).pathname;
    expect(base).toMatch(/^\/-\/nhn-deploy\/groups\/[A-Za-z0-9]{24}$/);
    expect(await status(`${base}/fixed/ios`)).toBe(404);
    expect(await status(`${base}/fixed/beos`)).toBe(404);
    expect(await status('/-/nhn-deploy/groups/guessed')).toBe(404);
    expect(
      await status(`/-/nhn-deploy/binaries/${uploaded.get('iOS 4.10.1')}/9999999999999/guessed/file/a`),
    ).toBe(410);
  });

  it('get new addresses when they are renewed', async () => {
    const before = new URL((await pages()).all).pathname;
    const { json } = await server.call(`${native}/binary-groups/6/pages/renew`, {
      method: 'POST',
      key: keys.admin,
    });
    expect((await server.call(before)).status).toBe(404);
    expect((await server.call(new URL(json.all).pathname)).status).toBe(200);
  });

  it('refuse wrong passwords after ten of them, and never send people elsewhere', async () => {
    await setPassword('right');
    const { pathname } = new URL((await pages()).all);
    const enter = (password: string, next: string) =>
      server.call(`${pathname}/password`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ password, next }).toString(),
      });
    for (const next of ['https://elsewhere.example', '//elsewhere.example', `${pathname}/../x`]) {
      const entered = await enter('right', next);
      expect([entered.status, entered.headers.get('location')]).toEqual([303, pathname]);
      expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    }
    for (let attempt = 0; attempt < 10; attempt++) expect((await enter('wrong', pathname)).status).toBe(403);
    expect((await enter('right', pathname)).status).toBe(429);
    await setPassword(null);
  });

  it('of a sent binary work for seven days, until they are revoked, and while the binary is there', async () => {
    const status = async (url: string) => (await server.call(new URL(url).pathname)).status;
    const first = await send('Android 4.10.1');
    const second = await send('etc 4.10.0');
    const path = (version: string) => `${native}/binaries/${uploaded.get(version)}`;
    expect(await status(first.url)).toBe(200);
    const revoked = await server.call(`${path('Android 4.10.1')}/links/${first.id}`, {
      method: 'DELETE',
      key: keys.admin,
    });
    expect(revoked.status).toBe(204);
    expect(await status(first.url)).toBe(410);
    const third = await send('Android 4.10.1');
    await server.call(path('etc 4.10.0'), { method: 'DELETE', key: keys.admin });
    expect(await status(second.url)).toBe(410);
    clock.advance(7 * 86_400_000 - 1000);
    expect(await status(third.url)).toBe(200);
    clock.advance(2000);
    expect(await status(third.url)).toBe(410);
  });

  it('do not exist for server artifacts', async () => {
    const path = native.replace('artifacts/5', 'artifacts/1');
    expect((await server.call(`${path}/binary-groups/4/pages`, { key: keys.admin })).status).toBe(404);
  });
});
