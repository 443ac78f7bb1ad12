/** An access key as a caller sent it. */
interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** The pair of an `Authorization: Basic` header; undefined when there is none, or it is not one, or its id is empty. */
export function basicCredentials(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 1 ? undefined : { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}
