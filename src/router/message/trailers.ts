import { isConnectionHeader } from './header-names.ts';

/** Trailer lines (without their ends) that go on, each with its end: none that would change how a message is read. */
export function trailerLines(lines: readonly string[]): string {
  return lines
    .filter((line) => isPassedOn(line.slice(0, line.indexOf(':')).toLowerCase()))
    .map((line) => `${line}\r\n`)
    .join('');
}

function isPassedOn(name: string): boolean {
  return (
    !isConnectionHeader(name) &&
    !/^(content-length|host|authorization|cookie|forwarded|x-forwarded-.*)$/.test(name)
  );
}
