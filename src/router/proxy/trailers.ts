import { isConnectionHeader } from '../backend/header-names.ts';

/** Trailer lines as pairs, without those that would change how a message is read. */
export function trailersOf(lines: readonly string[]): [string, string][] {
  return lines
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    })
    .filter(([name]) => isPassedOn(name));
}

/** The trailers of a request, name, value, name, value, …, as the end of a body in chunks. */
export function trailerText(rawTrailers: readonly string[]): string {
  let text = '';
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] as string;
    if (isPassedOn(name)) text += `${name}: ${rawTrailers[index + 1]}\r\n`;
  }
  return text;
}

function isPassedOn(name: string): boolean {
  return (
    !isConnectionHeader(name) && !/^(content-length|host|authorization|cookie|x-forwarded-.*)$/i.test(name)
  );
}

/** The headers of an answer (name, value, name, value, …) without the announcement of trailers. */
export function withoutTrailer(headers: string[]): string[] {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length === 7 && name.toLowerCase() === 'trailer')
      return withoutTrailer([...headers.slice(0, index), ...headers.slice(index + 2)]);
  }
  return headers;
}
