import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import {
  api,
  blankPng,
  codeOf,
  fetched,
  jpeg,
  listed,
  plainJpeg,
  png,
  shop,
  startInstallation,
  upload,
} from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server.close());

const limit = 52_428_800;

describe('PUT /images', () => {
  it('12. makes the folders, answers 0, and the URL gives the identical bytes without any key', async () => {
    const bytes = await png();
    const { json } = await upload(server, '/new/folders/sample.png', bytes);
    expect(json).toEqual({
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      file: {
        isFolder: false,
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        url: `${server.url}/i/${shop.container}/new/folders/sample.png`,
        name: 'sample.png',
        path: '/new/folders/sample.png',
        bytes: bytes.length,
        createdBy: 'U',
        updatedAt: expect.stringMatching(/\+0900$/),
        operationId: '',
        imageProperty: {
          width: 40,
          height: 30,
          createdAt: expect.stringMatching(/\+0900$/),
          coordinate: { lat: null, lng: null },
        },
        queues: [],
      },
    });
    expect((await listed(server, '/new/folders')).json.files[0]).toEqual(json.file);
    const served = await fetched(server, json.file.url);
    expect(served.status).toBe(200);
    expect(served.bytes.equals(bytes)).toBe(true);
  });

  it('13. width and height are those of the header, whatever the orientation says', async () => {
    const bytes = await plainJpeg(400, 300).withMetadata({ orientation: 6 }).toBuffer();
    const { file } = (await upload(server, '/photos/turned.jpg', bytes)).json;
    expect(file.imageProperty).toMatchObject({ width: 400, height: 300 });
  });

  it('14. the place and the time of a photo are read from its EXIF, and null without', async () => {
    const bytes = await plainJpeg(40, 30)
      .withExif({
        IFD2: { DateTimeOriginal: '2016:02:26 15:56:50' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '37/1 33/1 59/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '126/1 58/1 41/1',
        },
      })
      .toBuffer();
    const { imageProperty } = (await upload(server, '/photos/seoul.jpg', bytes)).json.file;
    expect(imageProperty.coordinate.lat).toBeCloseTo(37.5664, 4);
    expect(imageProperty.coordinate.lng).toBeCloseTo(126.9781, 4);
    expect(imageProperty.createdAt).toBe('2016-02-26T15:56:50+0900');
    const plain = (await upload(server, '/photos/plain.jpg', await jpeg())).json.file;
    expect(plain.imageProperty.coordinate).toEqual({ lat: null, lng: null });
  });

  it('15. of a taken path answers 20010 without flags and leaves the bytes as they are', async () => {
    const first = await png(20, 20);
    const { file } = (await upload(server, '/taken.png', first)).json;
    const again = await upload(server, '/taken.png', await png(50, 50));
    expect(again.json).toEqual({
      header: { isSuccessful: false, resultCode: 20_010, resultMessage: 'There is same file name.' },
    });
    expect((await fetched(server, file.url)).bytes.equals(first)).toBe(true);
  });

  it('16. with overwrite keeps id and URL and changes the bytes', async () => {
    const before = (await upload(server, '/over.png', await png(20, 20))).json.file;
    const bytes = await png(60, 60);
    const after = (await upload(server, '/over.png', bytes, { overwrite: 'True', autorename: true })).json
      .file;
    expect(after).toMatchObject({ id: before.id, url: before.url, bytes: bytes.length });
    expect(after.imageProperty.width).toBe(60);
    expect((await fetched(server, after.url)).bytes.equals(bytes)).toBe(true);
  });

  it('17. with autorename takes the first free number', async () => {
    const bytes = await jpeg(40, 30);
    const stored = [];
    for (let turn = 0; turn < 3; turn += 1) {
      stored.push((await upload(server, '/auto/t.jpg', bytes, { autorename: true })).json.file);
    }
    expect(stored.map(({ name }) => name)).toEqual(['t.jpg', 't(1).jpg', 't(2).jpg']);
    expect(stored[2].path).toBe('/auto/t(2).jpg');
    expect(stored[2].url).toMatch(/\/auto\/t\(2\)\.jpg$/);
    expect((await upload(server, '/auto/t(1).jpg', bytes, { autorename: true })).json.file.name).toBe(
      't(1)(1).jpg',
    );
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json',
    'image/png',
    'nonsense',
    ';;;',
    'text/plain; charset=',
  ])('18. stores a raw body labelled %s as exactly those bytes', async (type) => {
    const bytes = await png();
    const path = `/labels/${Buffer.from(type).toString('hex').slice(0, 40)}${type.length}.png`;
    const answer = await upload(server, path, bytes, {}, { headers: { 'content-type': type } });
    expect(codeOf(answer)).toBe(0);
    expect((await fetched(server, answer.json.file.url)).bytes.equals(bytes)).toBe(true);
  });

  it('18. stores a raw body without a type and without a length', async () => {
    const bytes = await png();
    const code = await new Promise((resolve, reject) => {
      const path = `/image/v2.0/appkeys/${shop.appKey}/images?path=/labels/none.png`;
      const call = httpRequest(
        `${server.url}${path}`,
        { method: 'PUT', headers: { authorization: shop.secretKey } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('end', () => resolve(JSON.parse(text).header.resultCode));
        },
      );
      call.on('error', reject);
      call.write(bytes);
      call.end();
    });
    expect(code).toBe(0);
  });

  it("19. refuses the guide's literal text, zero bytes, half a JPEG, and what only looks like an image", async () => {
    const whole = await jpeg();
    const refused: (string | Buffer)[] = [
      'path/to/imageFile/@sample.png',
      '',
      whole.subarray(0, whole.length / 2),
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      '<!doctype html><script>alert(1)</script>',
      Buffer.from('GIF89a<script>alert(1)</script>'),
    ];
    for (const bytes of refused) {
      const answer = await upload(server, '/bad/x.png', bytes);
      expect(answer.json.header.resultMessage).toBe(
        'There is not exist upload file or it is an invalid file.',
      );
      expect(codeOf(answer)).toBe(10_002);
    }
    expect(codeOf(await listed(server, '/bad'))).toBe(20_001);
  });

  it('20. stores JPEG bytes under a PNG name, served as JPEG; a name that is no image answers 5005', async () => {
    const { file } = (await upload(server, '/named/x1.png', await jpeg(40, 30))).json;
    const served = await fetched(server, file.url);
    expect(served.headers.get('content-type')).toBe('image/jpeg');
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    for (const name of ['x.txt', 'noextension', 'x.svg', 'x.html', 'png', 'x.png.']) {
      const answer = await upload(server, `/named/${name}`, await jpeg(40, 30));
      expect(answer.json.header).toEqual({
        isSuccessful: false,
        resultCode: 5005,
        resultMessage: "it must be 'bmp,tif,tiff,miff,gif,jpe,jpeg,jpg,jps,pjpeg,jng,mng,png,webp'",
      });
    }
    expect(codeOf(await upload(server, '/named/UPPER.JPG', await jpeg(40, 30)))).toBe(0);
  });

  it('21. refuses a byte more than 50 MB, with a length and without, and keeps none of it', async () => {
    const large = Buffer.alloc(limit + 1);
    expect(codeOf(await upload(server, '/large/a.png', large))).toBe(11_004);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(large);
        controller.close();
      },
    });
    const answer = await fetch(`${server.url}/image/v2.0/appkeys/${shop.appKey}/images?path=/large/b.png`, {
      method: 'PUT',
      headers: { authorization: shop.secretKey },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(JSON.parse(await answer.text()).header.resultCode).toBe(11_004);
    expect(codeOf(await listed(server, '/large'))).toBe(20_001);
  });

  it('21. refuses a picture of too many pixels by its header', async () => {
    const bomb = blankPng(20_000, 14_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(codeOf(await upload(server, '/bomb.png', bomb))).toBe(23_002);
  });

  it('22. starts one task for each operation that exists, and none for an unknown one', async () => {
    const data = [
      { templateOperationId: 'resize_max_fit', option: { width: 100, height: 100, quality: 80 } },
    ];
    expect(codeOf(await api(server, 'PUT', '/operations/100x100', { json: { data } }))).toBe(0);
    const { json } = await upload(server, '/ops/sample.png', await png(), { operationIds: '100x100,nope' });
    expect(json.header.resultCode).toBe(0);
    expect(json.file.queues).toEqual([
      {
        queueId: expect.any(String),
        queueType: 'image',
        status: 'W',
        tryCount: 0,
        queuedAt: expect.stringMatching(/\+0900$/),
        operationId: '100x100',
        url: `${server.url}/i/${shop.container}/ops/sample_100x100.png`,
        name: 'sample_100x100.png',
        path: '/ops/sample_100x100.png',
      },
    ]);
  });

  it('57. two at once of one free path: one 0 and one 20010; with autorename two 0 and two names', async () => {
    const bytes = await png();
    const plain = await Promise.all([1, 2].map(() => upload(server, '/race/a1.png', bytes)));
    expect(plain.map(codeOf).sort((a, b) => a - b)).toEqual([0, 20_010]);
    const renamed = await Promise.all(
      [1, 2].map(() => upload(server, '/race/a2.png', bytes, { autorename: true })),
    );
    expect(renamed.map(codeOf)).toEqual([0, 0]);
    expect(renamed.map(({ json }) => json.file.name).sort()).toEqual(['a2(1).png', 'a2.png']);
    const replaced = await Promise.all(
      [1, 2].map(() => upload(server, '/race/a3.png', bytes, { overwrite: true })),
    );
    expect(new Set(replaced.map(({ json }) => json.file.id)).size).toBe(1);
  });

  it('looks at the path before the bytes', async () => {
    const cases: [string, number][] = [
      ['', 11_060],
      ['/x', 11_002],
      ['/folder/', 11_060],
      ['/aa/../b1.png', 11_050],
      ['relative.png', 10_001],
      [`/${'n'.repeat(260)}.png`, 11_002],
      ['/race', 20_000],
    ];
    for (const [path, code] of cases) {
      const answer = await api(server, 'PUT', `/images?path=${encodeURIComponent(path)}`, { body: 'text' });
      expect(codeOf(answer), path).toBe(code);
    }
  });

  it('takes NFC and NFD for one name', async () => {
    const bytes = await png();
    const name = '/unicode/각도.png';
    expect(codeOf(await upload(server, name.normalize('NFD'), bytes))).toBe(0);
    expect(codeOf(await upload(server, name.normalize('NFC'), bytes))).toBe(20_010);
    const { files } = (await listed(server, '/unicode', { name: '각도'.normalize('NFD') })).json;
    expect(files.map((file: { name: string }) => file.name)).toEqual(['각도.png'.normalize('NFC')]);
    const url = `${server.url}/i/${shop.container}/unicode/${encodeURIComponent('각도.png'.normalize('NFD'))}`;
    expect((await fetched(server, url)).status).toBe(200);
  });

  it("keeps one tenant's key away from another's paths", async () => {
    const mixed = { appKey: 'imgAppKey0000002', secretKey: shop.secretKey };
    expect(codeOf(await api(server, 'GET', '/folders?basepath=/', {}, mixed))).toBe(30_004);
    await upload(server, '/mine.png', await png());
    const url = `${server.url}/i/aaaaacz/mine.png`;
    expect((await fetched(server, url)).status).toBe(404);
  });
});
