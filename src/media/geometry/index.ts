export { type Box, type Size, visiblePart } from './box.ts';
export { derivedName, renamed } from './derived-name.ts';
export { countPieces, piecesOf } from './pieces.ts';
export { placedBox } from './placed-box.ts';
export { resizedSize } from './resized-size.ts';
