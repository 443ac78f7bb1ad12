const extensionIntroducer = 0x21;
const imageSeparator = 0x2c;
const trailer = 0x3b;
/** Some encoders leave a terminator too many between two blocks. */
const strayTerminator = 0x00;

/**
 * Whether a GIF goes to its end: a screen, blocks that are all there, and the trailer. Decoders of animations are
 * content with the frames that came before a cut, so that only the structure tells.
 */
export function isWholeGif(bytes: Uint8Array): boolean {
  let at = 13 + colourTableBytes(bytes[10] ?? 0);
  for (;;) {
    const kind = bytes[at];
    if (kind === trailer) return true;
    at += 1;
    if (kind === extensionIntroducer) at = endOfData(bytes, at + 1);
    else if (kind === imageSeparator) {
      // Place, size, flags; then the smallest code size and the pixels.
      const flags = bytes[at + 8] ?? 0;
      at = endOfData(bytes, at + 9 + colourTableBytes(flags) + 1);
    } else if (kind !== strayTerminator) return false;
  }
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Behind the sub-blocks that begin at `at`: each says its length, and one of no length ends them. */
function endOfData(bytes: Uint8Array, at: number): number {
  let next = at;
  for (let length = bytes[next] ?? 0; length > 0; length = bytes[next] ?? 0) next += 1 + length;
  return next + 1;
}
