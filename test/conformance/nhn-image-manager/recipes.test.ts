import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { animation, gradient, look } from '../../harness/pictures.ts';
import type { TestServer } from '../../harness/server.ts';
import { define, endOf, exec, job, madeOf, put, run, shown } from './recipes-setup.ts';
import { codeOf, jpeg, listed, startInstallation } from './setup.ts';

let server: TestServer;
let wide: Buffer;
beforeAll(async () => {
  server = await startInstallation();
  wide = await gradient(400, 300).png().toBuffer();
  await put(server, '/wide.png', wide);
  await put(server, '/wide.jpg', await gradient(400, 300).jpeg().toBuffer());
});
afterAll(() => server.close());

const sizeOf = async (bytes: Buffer) => {
  const { width, height } = await sharp(bytes).metadata();
  return `${width}x${height}`;
};
const pieces = async (name: string) => {
  const { files } = (await listed(server, '/', { createdBy: 'P', name })).json;
  return files.map(
    ({ name, imageProperty }: { name: string; imageProperty: { width: number; height: number } }) =>
      `${name} ${imageProperty.width}x${imageProperty.height}`,
  );
};

const sides = [
  ['400x300', '200x100', 'downOnly', '200x150 133x100 200x100 200x150 133x100'],
  ['400x300', '100x100', 'downOnly', '100x75 133x100 100x100 100x75 133x100'],
  ['300x400', '200x100', 'downOnly', '150x200 100x133 200x100 200x267 75x100'],
  ['1440x2560', '100x100', 'downOnly', '56x100 100x178 100x100 100x178 56x100'],
  ['60x60', '100x100', 'downOnly', '60x60 60x60 60x60 60x60 60x60'],
  ['60x60', '100x100', 'upDownAll', '100x100 100x100 100x100 100x100 100x100'],
  ['400x300', '800x100', 'downOnly', '400x300 133x100 400x100 400x300 133x100'],
  ['400x300', '800x100', 'upOnly', '800x600 400x300 800x300 800x600 400x300'],
  ['400x300', '800x100', 'upDownAll', '800x600 133x100 800x100 800x600 133x100'],
  ['2000x1', '100x100', 'downOnly', '100x1 2000x1 100x1 100x1 2000x1'],
] as const;

test('35. the ten vectors of resizing hold to the pixel', async () => {
  const templates = ['max_fit', 'min_fit', 'fix', 'width_fit', 'height_fit'];
  for (const picture of new Set(sides.map(([size]) => size))) {
    const [width = 0, height = 0] = picture.split('x').map(Number);
    await put(server, `/${picture}.png`, await gradient(width, height).png().toBuffer());
  }
  for (const [picture, size, upDownSizeType, results] of sides) {
    const [width, height] = size.split('x').map(Number);
    const made = templates.map(async (template, index) => {
      const name = `${size}${upDownSizeType}${index}`;
      await define(server, name, [job(`resize_${template}`, { width, height, upDownSizeType })]);
      return await sizeOf(await madeOf(server, `/${picture}.png`, name));
    });
    expect((await Promise.all(made)).join(' '), `${picture} by ${size} ${upDownSizeType}`).toBe(results);
  }
});

test('36. a rectangle lies where its gravity says, is cut at the edge, and outside of the image it fails', async () => {
  const gravities = {
    NorthWest: [10, 20],
    North: [160, 20],
    NorthEast: [290, 20],
    West: [10, 130],
    Center: [160, 130],
    East: [290, 130],
    SouthWest: [10, 200],
    South: [160, 200],
    SouthEast: [290, 200],
  };
  const original = await look(wide);
  for (const [gravity, [x = 0, y = 0]] of Object.entries(gravities)) {
    const option = { gravity, offsetX: 10, offsetY: 20, width: 100, height: 80 };
    await define(server, 'box', [job('rectangle', option)], { deleteThumbnail: true });
    const cut = await look(await madeOf(server, '/wide.png', 'box'));
    expect([cut.width, cut.height]).toEqual([100, 80]);
    expect(cut.at(0, 0), gravity).toEqual(original.at(x, y));
    expect(cut.at(99, 79), gravity).toEqual(original.at(x + 99, y + 79));
  }
  const corner = { gravity: 'NorthWest', offsetX: 350, offsetY: 250, width: 100, height: 80 };
  await define(server, 'edge', [job('rectangle', corner)]);
  expect(await sizeOf(await madeOf(server, '/wide.png', 'edge'))).toBe('50x50');
  await define(server, 'outside', [job('rectangle', { ...corner, offsetX: 500, offsetY: 0 })]);
  const { queues } = (await exec(server, ['/wide.png'], ['outside'])).json;
  expect(await endOf(server, queues[0].queueId)).toBe('F');
  const answer = await shown(server, '/wide.png', '?outside');
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.bytes.toString()).header.resultCode).toBe(40_001);
});

test('37. a circle is transparent outside, and white where the format knows no alpha', async () => {
  await define(server, 'circle50', [job('circle', { radius: 50 })]);
  const round = await look(await madeOf(server, '/wide.png', 'circle50'));
  expect([round.width, round.height]).toEqual([100, 100]);
  expect(round.at(0, 0)[3]).toBe(0);
  expect(round.at(50, 50)[3]).toBe(255);
  const flat = await look(await madeOf(server, '/wide.jpg', 'circle50'));
  expect(Math.min(...flat.at(0, 0))).toBeGreaterThan(250);
});

test('38. slices are strips with the rest at the end', async () => {
  await define(server, 'slice-v', [job('slice', { sliceCropType: 'vertical', sliceSize: 120 })]);
  await define(server, 'slice-h', [job('slice', { sliceCropType: 'horizontal', sliceSize: 150 })]);
  await run(server, '/wide.png', 'slice-v');
  expect(await pieces('wide_slice-v')).toEqual([
    'wide_slice-v_0000.png 400x120',
    'wide_slice-v_0001.png 400x120',
    'wide_slice-v_0002.png 400x60',
  ]);
  await run(server, '/wide.png', 'slice-h');
  expect(await pieces('wide_slice-h')).toEqual([
    'wide_slice-h_0000.png 150x300',
    'wide_slice-h_0001.png 150x300',
    'wide_slice-h_0002.png 100x300',
  ]);
  const second = await look((await shown(server, '/wide_slice-v_0001.png')).bytes);
  expect(second.at(7, 0)).toEqual((await look(wide)).at(7, 120));
});

test('39. a grid has equal pieces, row by row, and sometimes fewer than asked for', async () => {
  await put(server, '/ten.png', await gradient(10, 6).png().toBuffer());
  await put(server, '/hundred.png', await gradient(100, 100).png().toBuffer());
  await define(server, 'grid6', [job('grid', { countX: 6, countY: 1 })]);
  await define(server, 'grid3x2', [job('grid', { countX: 3, countY: 2 })]);
  await run(server, '/ten.png', 'grid6');
  expect(await pieces('ten_grid6')).toEqual([0, 1, 2, 3, 4].map((n) => `ten_grid6_000${n}.png 2x6`));
  await run(server, '/hundred.png', 'grid3x2');
  expect(await pieces('hundred_grid3x2')).toEqual(
    [34, 34, 32, 34, 34, 32].map((width, n) => `hundred_grid3x2_000${n}.png ${width}x50`),
  );
});

test('40. a watermark lies where its gravity says, and one larger than the image does not fail', async () => {
  const red = { r: 255, g: 0, b: 0 };
  const mark = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: red } })
      .png()
      .toBuffer();
  await put(server, '/marks/small.png', await mark(50, 40));
  await put(server, '/marks/large.png', await mark(600, 500));
  const place = { gravity: 'SouthEast', offsetX: 10, offsetY: 20 };
  await define(server, 'marked', [job('watermark', { watermarkImagePath: '/marks/small.png', ...place })]);
  const made = await look(await madeOf(server, '/wide.png', 'marked'));
  const isRed = (x: number, y: number) => made.at(x, y).join() === '255,0,0,255';
  const inside = [
    [340, 240],
    [389, 240],
    [340, 279],
    [389, 279],
  ] as const;
  for (const [x, y] of inside) expect(isRed(x, y), `${x},${y}`).toBe(true);
  for (const [x, y] of [
    [339, 240],
    [390, 240],
    [340, 239],
    [340, 280],
  ] as const) {
    expect(isRed(x, y), `${x},${y}`).toBe(false);
  }
  await define(server, 'covered', [job('watermark', { watermarkImagePath: '/marks/large.png' })]);
  expect(await sizeOf(await madeOf(server, '/wide.png', 'covered'))).toBe('400x300');
});

test('41. an operation that names a circle before a resize resizes first', async () => {
  const half = job('resize_fix', { width: 200, height: 150 });
  await define(server, 'ordered', [job('circle', { radius: 75 }), half]);
  const made = await look(await madeOf(server, '/wide.png', 'ordered'));
  expect([made.width, made.height]).toEqual([150, 150]);
  expect(made.at(75, 1)[3]).toBe(255);
});

test('42. frames survive a resize, and nothing that works on one of them', async () => {
  await put(server, '/film.gif', await animation(60, 40, ['#f00', '#0f0', '#00f']));
  await put(server, '/marks/dot.png', await gradient(4, 4).png().toBuffer());
  const size = { width: 30, height: 30 };
  await define(server, 'film-resize', [job('resize_max_fit', size)]);
  const film = await sharp(await madeOf(server, '/film.gif', 'film-resize'), { animated: true }).metadata();
  expect(film).toMatchObject({ pages: 3, pageHeight: 20, delay: [100, 200, 300], loop: 3 });
  const stills = {
    'film-box': job('rectangle', size),
    'film-circle': job('circle', { radius: 10 }),
    'film-mark': job('watermark', { watermarkImagePath: '/marks/dot.png' }),
    'film-jpg': job('resize_max_fit', { ...size, targetExtension: 'jpg' }),
  };
  for (const [name, one] of Object.entries(stills)) {
    await define(server, name, [one]);
    const still = await sharp(await madeOf(server, '/film.gif', name), { animated: true }).metadata();
    expect(still.pages ?? 1, name).toBe(1);
    expect(still.height, name).toBeLessThanOrEqual(40);
  }
});

test('43. the EXIF block and the orientation follow their two switches', async () => {
  await put(
    server,
    '/turned.jpg',
    await gradient(400, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  );
  const half = { width: 200, height: 200 };
  await define(server, 'exif-kept', [job('resize_max_fit', half)]);
  await define(server, 'exif-turned', [job('resize_max_fit', { ...half, autoOrient: true })]);
  await define(server, 'exif-gone', [job('resize_max_fit', { ...half, keepExif: false })]);
  const made = async (name: string) => sharp(await madeOf(server, '/turned.jpg', name)).metadata();
  expect(await made('exif-kept')).toMatchObject({ width: 200, height: 150, orientation: 6 });
  const upright = await made('exif-turned');
  expect(upright).toMatchObject({ width: 150, height: 200 });
  expect(upright.orientation ?? 1).toBe(1);
  const bare = await made('exif-gone');
  expect(bare).toMatchObject({ width: 200, height: 150 });
  expect(bare.exif).toBeUndefined();
});

test('44. the target extension decides name and format, and quality the size', async () => {
  await put(server, '/sample.jpg', await jpeg());
  const size = { width: 300, height: 300 };
  await define(server, 'to-webp', [job('resize_max_fit', { ...size, targetExtension: 'webp' })]);
  await run(server, '/sample.jpg', 'to-webp');
  const webp = await shown(server, '/sample_to-webp.webp');
  expect(webp.headers.get('content-type')).toBe('image/webp');
  expect((await sharp(webp.bytes).metadata()).format).toBe('webp');
  const lengths: number[] = [];
  for (const quality of [20, 80.5, 90]) {
    const name = `q${Math.round(quality)}`;
    await define(server, name, [job('resize_max_fit', { ...size, quality })]);
    lengths.push((await madeOf(server, '/sample.jpg', name)).length);
  }
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect(codeOf(await exec(server, ['/sample.jpg'], ['q20']))).toBe(0);
});
