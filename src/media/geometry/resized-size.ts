import type { ResizeStep } from '../recipe.ts';
import type { Size } from './box.ts';

/** A factor as a fraction, so that halves are rounded up exactly and not as floating point happens to fall. */
interface Factor {
  readonly wished: number;
  readonly present: number;
}

type Wish = Pick<ResizeStep, 'mode' | 'width' | 'height' | 'direction'>;

/** The size of a picture after a resize step (contract nhn-image-manager 5.1, resize). */
export function resizedSize(picture: Size, wish: Wish): Size {
  const { x, y } = factors(picture, wish);
  return {
    width: scaled(picture.width, x, wish.direction),
    height: scaled(picture.height, y, wish.direction),
  };
}

function factors(picture: Size, wish: Wish): { x: Factor; y: Factor } {
  const byWidth = { wished: wish.width, present: picture.width };
  const byHeight = { wished: wish.height, present: picture.height };
  switch (wish.mode) {
    case 'exact':
      return { x: byWidth, y: byHeight };
    case 'width-fit':
      return { x: byWidth, y: byWidth };
    case 'height-fit':
      return { x: byHeight, y: byHeight };
    case 'max-fit':
      return bothBy(Math.max, picture, wish);
    case 'min-fit':
      return bothBy(Math.min, picture, wish);
  }
}

function bothBy(choose: typeof Math.max, picture: Size, wish: Size): { x: Factor; y: Factor } {
  const factor = {
    wished: choose(wish.width, wish.height),
    present: choose(picture.width, picture.height),
  };
  return { x: factor, y: factor };
}

function scaled(side: number, { wished, present }: Factor, direction: Wish['direction']): number {
  if (direction === 'down' && wished > present) return side;
  if (direction === 'up' && wished < present) return side;
  return Math.max(1, Math.floor((2 * side * wished + present) / (2 * present)));
}
