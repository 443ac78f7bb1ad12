/** Most names come as they are looked for. */
const plainName = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** `Shop.Localhost.:4680` as `shop.localhost`: what a route is found by. */
export function hostNameOf(host: string): string {
  if (plainName.test(host)) return host;
  // Digits only: what else stands behind the colon would reach the backend as part of its own name.
  const name = host.replace(/:\d{0,5}$/, '');
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** The port that a `Host` header names. */
export function portIn(host: string): string | undefined {
  return /:(\d{1,5})$/.exec(host)?.[1];
}
