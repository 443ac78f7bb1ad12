import { CoreError } from '../../../errors/index.ts';
import { placedBox, visiblePart } from '../../geometry/index.ts';
import type { CircleStep } from '../../recipe.ts';
import { type Canvas, ready } from '../canvas.ts';
import { cut } from './cut.ts';

const transparent = { r: 0, g: 0, b: 0, alpha: 0 };

/** Cuts out a circle; a square of twice the radius comes out. Throws `invalid` when none of it lies in the picture. */
export async function circle(canvas: Canvas, step: CircleStep): Promise<Canvas> {
  const side = 2 * step.radius;
  const box = placedBox(canvas, { width: side, height: side }, step);
  const part = visiblePart(box, canvas);
  if (part === undefined) throw new CoreError('invalid', 'The circle lies outside of the picture.');
  const left = part.left - box.left;
  const top = part.top - box.top;
  const right = side - part.width - left;
  const bottom = side - part.height - top;
  const next = await ready(await cut(canvas, part), 'extended');
  const chain = next.chain
    .extend({ left, top, right, bottom, background: transparent })
    .composite([{ input: disc(step.radius), blend: 'dest-in' }]);
  return { ...next, chain, width: side, height: side, hasAlpha: true, stage: 'composed' };
}

function disc(radius: number): Buffer {
  const side = 2 * radius;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><circle cx="${radius}" cy="${radius}" r="${radius}"/></svg>`,
  );
}
