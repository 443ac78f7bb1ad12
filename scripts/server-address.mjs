/** Where the server of this environment can be called. */
export function serverAddress(environment) {
  if (environment.SLIPWAY_URL) return environment.SLIPWAY_URL.replace(/\/$/, '');
  const host = environment.SLIPWAY_HOST || '127.0.0.1';
  const scheme = environment.SLIPWAY_TLS_CERT ? 'https' : 'http';
  return `${scheme}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${environment.SLIPWAY_PORT || 4600}`;
}

/** Resolves when the server answers that it is ready. */
export async function whenReady(base, milliseconds = 60_000) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    const answer = await fetch(`${base}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${base} was not ready within ${milliseconds / 1000} s`);
}
