/** Width and height in pixels, both at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture; `left` and `top` may lie outside of it. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** The part of a box that lies in a picture, undefined when none does. */
export function visiblePart(box: Box, picture: Size): Box | undefined {
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const width = Math.min(picture.width, box.left + box.width) - left;
  const height = Math.min(picture.height, box.top + box.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}
