// Node's decoder of this name knows KS X 1001 only; what CP949 adds to it follows from a rule.
const base = new TextDecoder('euc-kr');

/** Trail bytes of the added cells; from 0xa1 on KS X 1001 has the upper ones where its lead bytes are. */
const trails = [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, 0xfe)];
const shortTrails = trails.filter((trail) => trail <= 0xa0);

let added: ReadonlyMap<number, string> | undefined;

/**
 * Text in CP949, the code page of Korean Windows: KS X 1001, and the 8,822 other syllables of Unicode, which lie in
 * their order in the free cells from 0x8141 to 0xc652.
 */
export function koreanText(bytes: Buffer): string {
  added ??= addedSyllables();
  let text = '';
  let plain = 0;
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    if (lead < 0x80 || at + 1 === bytes.length) {
      at += 1;
      continue;
    }
    const syllable = added.get(lead * 256 + (bytes[at + 1] as number));
    if (syllable !== undefined) {
      text += base.decode(bytes.subarray(plain, at)) + syllable;
      plain = at + 2;
    }
    at += 2;
  }
  return text + base.decode(bytes.subarray(plain));
}

function addedSyllables(): ReadonlyMap<number, string> {
  const there = new Set<string>();
  for (const lead of range(0xb0, 0xc8)) {
    for (const trail of range(0xa1, 0xfe)) there.add(base.decode(Buffer.from([lead, trail])));
  }
  const missing = range(0xac00, 0xd7a3)
    .map((code) => String.fromCharCode(code))
    .filter((syllable) => !there.has(syllable));
  const cells = range(0x81, 0xc6).flatMap((lead) =>
    (lead <= 0xa0 ? trails : shortTrails).map((trail) => lead * 256 + trail),
  );
  return new Map(missing.map((syllable, index) => [cells[index] as number, syllable]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
