/** `Shop.Localhost.:4680` as `shop.localhost`: what a route is found by. */
export function hostNameOf(host: string): string {
  // [::1]:4680 keeps its brackets.
  const colon = host.lastIndexOf(':');
  const name = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** The port that a `Host` header names. */
export function portIn(host: string): string | undefined {
  return /:(\d{1,5})$/.exec(host)?.[1];
}
