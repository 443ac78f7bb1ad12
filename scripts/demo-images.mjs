// The second part of `npm run demo`: a picture goes to Image Manager, its folder is listed, and its public URL is asked
// for a thumbnail, which is made at that moment.
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { demo, imagesUrl } from './demo-guide.mjs';

const { secretKey, path, operationId } = demo.images;

/** Uploads, lists and gets the thumbnail; answers whether it came smaller than the picture. */
export async function showPictures(base, say) {
  const picture = await readFile(new URL('../docs/picture.png', import.meta.url));
  const { file } = await call(base, 'PUT', `/images?path=${path}&overwrite=true`, picture);
  say(`   ${file.url}: ${file.imageProperty.width} × ${file.imageProperty.height}, ${file.bytes} bytes`);

  const url = `${file.url}?${operationId}`;
  const answer = await fetch(url);
  const thumbnail = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`GET ${url} answered ${answer.status}: ${thumbnail}`);
  const { width, height } = sizeOf(thumbnail);
  say(`   ${url}: ${width} × ${height}, ${thumbnail.length} bytes, ${answer.headers.get('content-type')}`);

  const { folders, files } = await call(base, 'GET', `/folders?basepath=${posix.dirname(path)}`);
  say(`   in ${posix.dirname(path)}: ${[...folders, ...files].map(({ name }) => name).join(', ')}`);
  return width < file.imageProperty.width;
}

async function call(base, method, path, body) {
  const answer = await fetch(imagesUrl(base) + path, {
    method,
    headers: { authorization: secretKey },
    ...(body && { body }),
  });
  const { header, ...rest } = await answer.json();
  if (!header.isSuccessful)
    throw new Error(`${method} ${path}: ${header.resultCode} ${header.resultMessage}`);
  return rest;
}

/** Width and height stand at a fixed place of every PNG. */
const sizeOf = (png) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });
