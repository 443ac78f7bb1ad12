import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { zip } from '../conformance/nhn-image-manager/zip.ts';
import { openBrowser } from '../harness/browser.ts';
import { type ImageWorld, openImageWorld, photo, plainPng } from './image-world.ts';
import { accessibilityFaults, type WatchedPage } from './watched-page.ts';

const browser = await openBrowser();
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const desk = { viewport: { width: 1440, height: 900 } };

const thumb = { templateOperationId: 'resize_max_fit', option: { width: 320, height: 320 } };

describe.skipIf(browser === undefined)('the pages of images', () => {
  let world: ImageWorld;
  let large: Buffer;
  let watched: WatchedPage | undefined;

  beforeAll(async () => {
    if (browser === undefined) return;
    world = await openImageWorld(browser);
    large = await photo(900, 600, '2016:02:26 15:57:06');
  });
  afterAll(async () => world?.close());
  beforeEach(async () => {
    await world.operate('thumb', [thumb]);
  });
  afterEach(async () => {
    const faults = watched?.faults ?? [];
    await watched?.leave();
    watched = undefined;
    expect(faults).toEqual([]);
  });

  /** A page, closed after the test, which must have been without faults. */
  async function open(...options: Parameters<ImageWorld['page']>) {
    watched = await world.page(...options);
    return watched.page;
  }

  const library = (folder: string) => `/console/images/${world.services.shop}?folder=${folder}`;

  describe('the services', () => {
    test('are shown with what they hold to who may look at them, and lead to their library', async () => {
      await world.put('/services/one.png', await plainPng(20, 20, 'red'));
      const page = await open(desk);
      await page.goto('/console/images');
      await page.getByRole('heading', { name: 'shop' }).waitFor();
      await expect.poll(() => page.getByRole('article').first().textContent()).toContain('Pictures0');
      await page.getByRole('link', { name: 'Library of shop' }).click();
      await page.getByRole('link', { name: 'services' }).waitFor();
      expect(await page.title()).toBe('/ · shop · Slipway');
    });

    test('of others are not shown, and cannot be opened', async () => {
      const page = await open(desk, 'member');
      await page.goto('/console/images');
      await page.getByRole('heading', { name: 'shop' }).waitFor();
      expect(await page.getByRole('article').count()).toBe(1);
      await page.goto(`/console/images/${world.services.blog}`);
      await expect
        .poll(() => page.getByRole('alert').first().textContent())
        .toContain('nhn-image-manager.read');
    });

    test('are none for who has no grant, and the page says how to get one', async () => {
      const page = await open(phone, 'stranger');
      await page.goto('/console/images');
      await page.getByRole('heading', { name: 'No image services' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });

  describe('uploads', () => {
    test('tell how far they are, which were refused and why; a taken name is decided either way', async () => {
      await world.put('/up/taken.jpg', large);
      const page = await open(desk);
      const held: (() => void)[] = [];
      await page.route('**/images?path=*slow.png*', async (route) => {
        await new Promise<void>((release) => held.push(release));
        await route.continue();
      });
      await page.goto(library('/up'));
      await page.getByRole('link', { name: /taken\.jpg/ }).waitFor();
      await page.locator('input[type=file]').setInputFiles([
        { name: 'slow.png', mimeType: 'image/png', buffer: await plainPng(30, 20, 'teal') },
        { name: 'taken.jpg', mimeType: 'image/jpeg', buffer: large },
        { name: 'no-picture.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') },
        { name: 'green.png', mimeType: 'image/png', buffer: await plainPng(40, 40, 'green') },
      ]);
      const panel = page.getByRole('region', { name: 'Uploads' });
      await expect
        .poll(() => panel.getByRole('status').textContent())
        .toMatch(/^1 of 4 uploaded · 2 refused · .+ of .+/);
      await panel.getByRole('progressbar', { name: '/up/slow.png' }).waitFor();
      await panel.getByText('There is not exist upload file or it is an invalid file.').waitFor();
      await panel.getByText('There is same file name.').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);

      await panel.getByRole('button', { name: 'Keep both of /up/taken.jpg' }).click();
      await page.getByRole('link', { name: /taken\(1\)\.jpg/ }).waitFor();
      for (const release of held) release();
      await page.getByRole('link', { name: /slow\.png/ }).waitFor();
      await expect.poll(() => panel.getByRole('status').textContent()).toBe('3 of 4 uploaded · 1 refused');
      await panel.getByRole('button', { name: 'Clear' }).click();
      await panel.waitFor({ state: 'detached' });
    });

    test('are dropped onto the page, and archives are unpacked', async () => {
      const page = await open(desk);
      await page.goto(library('/'));
      await page.getByRole('button', { name: 'Upload …' }).waitFor();
      const archive = zip([
        { name: 'inner/one.png', bytes: await plainPng(10, 10, 'red') },
        { name: 'inner/readme.txt', bytes: 'no picture' },
      ]);
      const dropped = await page.evaluateHandle(`(() => {
        const transfer = new DataTransfer();
        const file = (name, text) => new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name);
        transfer.items.add(file('dropped.png', '${(await plainPng(12, 12, 'blue')).toString('base64')}'));
        transfer.items.add(file('many.zip', '${archive.toString('base64')}'));
        return transfer;
      })()`);
      await page.dispatchEvent('.drop-zone', 'dragenter', { dataTransfer: dropped });
      await page.getByText('Drop to upload to').waitFor();
      await page.dispatchEvent('.drop-zone', 'drop', { dataTransfer: dropped });
      await page.getByRole('link', { name: /dropped\.png/ }).waitFor();
      await page.getByText('1 pictures of it stored').waitFor();
      await page.getByText(/\/inner\/readme\.txt: it must be 'bmp,/).waitFor();
      await page.getByRole('link', { name: 'inner', exact: true }).click();
      await page.getByRole('link', { name: /one\.png/ }).waitFor();
    });
  });

  describe('a library', () => {
    test("shows thumbnails made by the service's own operation, and the original where it makes none", async () => {
      await world.put('/thumbs/large.jpg', large);
      await world.put('/thumbs/small.png', await plainPng(50, 50, 'navy'));
      const page = await open(desk);
      await page.goto(library('/thumbs'));
      const shown = page.getByRole('link', { name: /large\.jpg/ }).locator('img');
      await expect
        .poll(() => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
        .toBe(320);
      expect(await shown.getAttribute('src')).toContain('/i/aaaaach/thumbs/large.jpg?thumb&v=');
      const own = page.getByRole('link', { name: /small\.png/ }).locator('img');
      await expect
        .poll(() => own.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
        .toBe(50);

      await page.getByRole('combobox', { name: 'Pictures' }).selectOption('Made by operations');
      await page.getByRole('link', { name: /large_thumb\.jpg/ }).waitFor();
      await page.getByRole('combobox', { name: 'Pictures' }).selectOption('Uploaded');
      await page.getByRole('searchbox', { name: 'Name' }).fill('smal');
      await expect.poll(() => page.locator('.tile').count()).toBe(1);
      expect(page.url()).toContain('name=smal');
      await page.getByRole('searchbox', { name: 'Name' }).fill('nothing like it');
      await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
    });

    test('says all about a picture, by the keyboard alone, and deletes it with what was made of it', async () => {
      const { url } = await world.put('/details/photo.jpg', large);
      await fetch(`${url}?thumb`).then((answer) => answer.arrayBuffer());
      const page = await open(desk);
      await page.goto(library('/details'));
      const tile = page.getByRole('link', { name: /photo\.jpg/ });
      await tile.focus();
      await page.keyboard.press('Enter');
      const details = page.getByRole('region', { name: 'Details of photo.jpg' });
      await details.getByText('900 × 600 pixels').waitFor();
      await details.getByText('26 Feb 2016').waitFor();
      await details.getByText(url, { exact: true }).waitFor();
      await details.getByRole('button', { name: 'photo_thumb.jpg' }).waitFor();

      await details.getByRole('button', { name: 'Close' }).focus();
      await page.keyboard.press('Escape');
      await details.waitFor({ state: 'detached' });
      await expect.poll(() => tile.evaluate((link) => link.matches(':focus'))).toBe(true);

      await page.keyboard.press('Enter');
      await details.getByRole('button', { name: 'Delete …' }).click();
      const question = page.getByRole('dialog', { name: 'Delete photo.jpg?' });
      await question.getByLabel('Also delete the picture made of it').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await question.getByRole('button', { name: 'Delete the picture' }).click();
      await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
      expect((await fetch(url)).status).toBe(404);
      expect((await fetch(url.replace('photo', 'photo_thumb'))).status).toBe(404);
    });

    test('makes folders, walks them and deletes them', async () => {
      const page = await open(desk);
      await page.goto(library('/'));
      await page.getByRole('button', { name: 'New folder …' }).click();
      const question = page.getByRole('dialog', { name: 'New folder in /' });
      await question.getByLabel('Name').fill('x');
      await page.keyboard.press('Enter');
      await question.getByText('It is 2 ~ 255 the length of file and folder.').waitFor();
      await question.getByLabel('Name').fill('walked/deeper');
      await page.keyboard.press('Enter');
      const way = page.getByRole('navigation', { name: 'Folder' });
      await way.getByRole('link', { name: 'deeper' }).waitFor();
      await way.getByRole('link', { name: 'walked' }).click();
      await page.getByRole('list', { name: 'Folders' }).getByRole('link', { name: 'deeper' }).waitFor();

      await page.getByRole('button', { name: 'Delete folder …' }).click();
      await page.getByRole('button', { name: 'Delete the folder' }).click();
      await page.getByRole('list', { name: 'Folders' }).waitFor();
      await expect.poll(() => page.getByRole('link', { name: 'walked' }).count()).toBe(0);
      await expect(world.ask('/folders?basepath=/walked')).rejects.toThrow('No file was found');
    });

    test('has pages', async () => {
      const numbers = Array.from({ length: 61 }, (_, index) => index + 101);
      await Promise.all(
        numbers.map((number) =>
          world.ask('/folders', { method: 'POST', json: { path: `/pages/folder-${number}` } }),
        ),
      );
      const page = await open(desk);
      await page.goto(library('/pages'));
      await page.getByText('Page 1 of 2').waitFor();
      await page.getByRole('link', { name: 'After' }).click();
      await page.getByRole('link', { name: 'folder-161' }).waitFor();
      expect(await page.locator('.folder-tile').count()).toBe(1);
    });
  });

  describe('an operation', () => {
    test('is built from templates, tried on a sample, saved, run by its URL, and deleted', async () => {
      const { url } = await world.put('/samples/photo.jpg', large);
      const page = await open(desk);
      await page.goto(`/console/images/${world.services.shop}/operations`);
      await page.getByRole('link', { name: 'New operation' }).click();
      await page.goto(`${page.url()}?sample=/samples/photo.jpg`);
      await page.getByRole('button', { name: '+ Resize' }).click();
      const width = page.getByRole('spinbutton', { name: 'Width (px)' });
      const preview = page.getByRole('region', { name: 'Preview' });
      await preview.getByText('400 × 267 · JPEG').waitFor();
      const result = preview.getByRole('img', { name: 'Result' });
      await expect
        .poll(() => result.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
        .toBe(400);

      await page.getByLabel('How').selectOption('resize_width_fit');
      await width.fill('0');
      await expect
        .poll(() => page.locator('.fault').textContent())
        .toBe("'width' must be more than '1' or less than '9999'.");
      expect(await width.getAttribute('aria-invalid')).toBe('true');
      expect(await accessibilityFaults(page)).toEqual([]);
      await width.fill('300');
      await page.getByRole('button', { name: '+ Gray' }).click();
      await page.getByLabel('Format').selectOption('PNG (.png)');
      await preview.getByText('300 × 200 · PNG').waitFor();

      await page.getByRole('button', { name: 'Save the operation' }).click();
      await page.getByText('Give the operation a name.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('thumb');
      await page.getByRole('button', { name: 'Save the operation' }).click();
      await page.getByText('There is an operation thumb already.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('gray300');
      await page.getByRole('button', { name: 'Save the operation' }).click();
      await page.getByRole('row', { name: /gray300 Resize to width 300.*Gray/ }).waitFor();
      const made = await fetch(`${url}?gray300`);
      expect([made.status, made.headers.get('content-type')]).toEqual([200, 'image/png']);

      await page.getByRole('link', { name: 'gray300' }).click();
      await width.waitFor();
      expect(await width.inputValue()).toBe('300');
      expect(await page.getByLabel('Format').inputValue()).toBe('png');
      await page.getByRole('button', { name: 'Delete …' }).click();
      await page.getByLabel('Also delete every picture that it has made').check();
      await page.getByRole('button', { name: 'Delete the operation' }).click();
      await page.getByRole('link', { name: 'New operation' }).waitFor();
      await expect.poll(() => page.getByRole('link', { name: 'gray300' }).count()).toBe(0);
      expect((await fetch(url.replace('photo.jpg', 'photo_gray300.png'))).status).toBe(404);
    });

    test('shows the pieces of a split, and the places of a crop by the arrow keys', async () => {
      await world.put('/samples/photo.jpg', large);
      const page = await open(desk);
      await page.goto(`/console/images/${world.services.shop}/operations/_new?sample=/samples/photo.jpg`);
      await page.getByRole('button', { name: '+ Split' }).click();
      await page.getByLabel('How').selectOption('grid');
      const preview = page.getByRole('region', { name: 'Preview' });
      await preview.getByRole('img', { name: 'Piece 4' }).waitFor();
      expect(await preview.getByRole('status').textContent()).toBe('4 pieces');

      await page.getByRole('button', { name: '+ Crop' }).click();
      await page.getByRole('radio', { name: 'Centre' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('radio', { name: 'Right', exact: true }).isChecked()).toBe(true);
      await preview.getByText('200 × 150').first().waitFor();
      // The crop runs first, whatever was added first.
      expect(await page.locator('.step-title').allTextContents()).toEqual(['1 Crop a rectangle', '2 Split']);
      await page.getByLabel('Offset across').fill('5000');
      await preview.getByRole('alert').waitFor();
    });
  });

  test.each([
    ['a phone, light', { ...phone, colorScheme: 'light' }],
    ['a desk, dark', { ...desk, colorScheme: 'dark' }],
  ] as const)('every page stands on %s: nothing sticks out, all can be read', async (_, options) => {
    const { id } = await world.put('/stand/a-picture-with-a-rather-long-name-in-one-word.jpg', large);
    await world.operate('all', [
      thumb,
      { templateOperationId: 'rectangle', option: { width: 100, height: 100 } },
      { templateOperationId: 'grid', option: { countX: 2, countY: 2 } },
      { templateOperationId: 'circle', option: { radius: 20 } },
    ]);
    const own = `/console/images/${world.services.shop}`;
    const page = await open(options);
    for (const [address, sign] of [
      ['/console/images', 'Operations run'],
      [`${own}?folder=/stand`, '900 × 600'],
      [`${own}?folder=/stand&file=${id}`, '900 × 600 pixels'],
      [`${own}/operations`, 'never: it splits'],
      [`${own}/operations/all?sample=/stand/a-picture-with-a-rather-long-name-in-one-word.jpg`, '4 pieces'],
    ] as const) {
      await page.goto(address);
      await page.getByText(sign).first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), address).toBe(0);
      expect(await accessibilityFaults(page), address).toEqual([]);
    }
  });
});
