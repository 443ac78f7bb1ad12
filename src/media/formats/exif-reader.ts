import type { Coordinate } from './image-facts.ts';

/** Reads `length` bytes at `offset`; fewer at the end. */
export type ByteReader = (offset: number, length: number) => Buffer;

/** What an EXIF block, or a TIFF file, says about the taking of a picture. */
export interface ExifFacts {
  readonly takenAt: string | null;
  readonly coordinate: Coordinate | null;
  /** Where the two bytes of the orientation stand, counted from the TIFF header; undefined without the tag. */
  readonly orientationAt: number | undefined;
  readonly littleEndian: boolean;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value stands. */
  readonly at: number;
}

const tags = {
  orientation: 0x0112,
  changed: 0x0132,
  exif: 0x8769,
  gps: 0x8825,
  taken: 0x9003,
  digitized: 0x9004,
} as const;
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Real directories have some dozens of entries; a broken one must not cost more than this. */
const mostEntries = 512;

/** Reads date, place and orientation from a TIFF structure (EXIF 2.3); undefined when it is none. */
export function readExif(read: ByteReader): ExifFacts | undefined {
  const head = read(0, 8);
  const order = head.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return undefined;
  const littleEndian = order === 'II*\0';
  const tiff = new Tiff(read, littleEndian);
  const main = tiff.directory(tiff.u32(head, 4));
  const exif = tiff.directoryOf(main.get(tags.exif));
  const gps = tiff.directoryOf(main.get(tags.gps));
  const takenAt =
    tiff.date(exif.get(tags.taken)) ??
    tiff.date(exif.get(tags.digitized)) ??
    tiff.date(main.get(tags.changed));
  return {
    takenAt: takenAt ?? null,
    coordinate: coordinateOf(tiff, gps),
    orientationAt: main.get(tags.orientation)?.at,
    littleEndian,
  };
}

function coordinateOf(tiff: Tiff, gps: ReadonlyMap<number, Entry>): Coordinate | null {
  const latitude = degrees(tiff, gps.get(1), gps.get(2), 90);
  const longitude = degrees(tiff, gps.get(3), gps.get(4), 180);
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}

function degrees(
  tiff: Tiff,
  half: Entry | undefined,
  value: Entry | undefined,
  most: number,
): number | undefined {
  if (half === undefined || value === undefined) return undefined;
  const [whole, minutes = 0, seconds = 0] = tiff.rationals(value);
  if (whole === undefined) return undefined;
  const sum = whole + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(sum) || sum > most) return undefined;
  return /^[SW]/i.test(tiff.text(half)) ? -sum : sum;
}

class Tiff {
  readonly #read: ByteReader;
  readonly #little: boolean;

  constructor(read: ByteReader, little: boolean) {
    this.#read = read;
    this.#little = little;
  }

  u16(bytes: Buffer, at: number): number {
    if (at + 2 > bytes.length) return 0;
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  u32(bytes: Buffer, at: number): number {
    if (at + 4 > bytes.length) return 0;
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  directory(offset: number): Map<number, Entry> {
    const entries = new Map<number, Entry>();
    if (offset < 8) return entries;
    const count = Math.min(this.u16(this.#read(offset, 2), 0), mostEntries);
    const bytes = this.#read(offset + 2, count * 12);
    for (let at = 0; at + 12 <= bytes.length; at += 12) {
      const type = this.u16(bytes, at + 2);
      const items = this.u32(bytes, at + 4);
      const length = items * (typeBytes[type] ?? 1);
      const place = length <= 4 ? offset + 2 + at + 8 : this.u32(bytes, at + 8);
      entries.set(this.u16(bytes, at), { type, count: items, at: place });
    }
    return entries;
  }

  directoryOf(pointer: Entry | undefined): Map<number, Entry> {
    return pointer === undefined ? new Map() : this.directory(this.u32(this.#read(pointer.at, 4), 0));
  }

  text(entry: Entry): string {
    return this.#read(entry.at, Math.min(entry.count, 64)).toString('latin1').replace(/\0.*$/s, '');
  }

  /** `2016:02:26 15:57:06` as `2016-02-26T15:57:06`, undefined for blanks, zeros and what is no date. */
  date(entry: Entry | undefined): string | undefined {
    const parts = entry && /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(this.text(entry));
    if (!parts) return undefined;
    const text = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
    const instant = new Date(`${text}Z`);
    const isReal = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
    return isReal && parts[1] !== '0000' ? text : undefined;
  }

  rationals(entry: Entry): number[] {
    if (entry.type !== 5 && entry.type !== 10) return [];
    const bytes = this.#read(entry.at, Math.min(entry.count, 3) * 8);
    const values: number[] = [];
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const [top, bottom] = [this.u32(bytes, at), this.u32(bytes, at + 4)];
      values.push(top === 0 ? 0 : top / bottom);
    }
    return values;
  }
}
