const asterisk = 0x2a;

/** Overwrites every occurrence of the values by as many asterisks, in place, so that offsets stay what they are. */
export function maskBytes(bytes: Buffer, values: readonly Uint8Array[]): void {
  for (const value of values) {
    if (value.length === 0) continue;
    for (let at = bytes.indexOf(value); at !== -1; at = bytes.indexOf(value, at + value.length)) {
      bytes.fill(asterisk, at, at + value.length);
    }
  }
}
