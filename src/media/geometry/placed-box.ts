import type { Placement } from '../recipe.ts';
import type { Box, Size } from './box.ts';

/** Where a box stands in a picture by its gravity and offsets (contract nhn-image-manager 5.1, gravity box). */
export function placedBox(picture: Size, box: Size, { gravity, offsetX, offsetY }: Placement): Box {
  const left = gravity.endsWith('west')
    ? offsetX
    : gravity.endsWith('east')
      ? picture.width - box.width - offsetX
      : Math.floor((picture.width - box.width) / 2) + offsetX;
  const top = gravity.startsWith('north')
    ? offsetY
    : gravity.startsWith('south')
      ? picture.height - box.height - offsetY
      : Math.floor((picture.height - box.height) / 2) + offsetY;
  return { left, top, width: box.width, height: box.height };
}
