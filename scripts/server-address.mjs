/** Where the server of this environment can be called. */
export function serverAddress(environment) {
  if (environment.SLIPWAY_URL) return environment.SLIPWAY_URL.replace(/\/$/, '');
  const host = environment.SLIPWAY_HOST || '127.0.0.1';
  const scheme = environment.SLIPWAY_TLS_CERT ? 'https' : 'http';
  return `${scheme}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${environment.SLIPWAY_PORT || 4600}`;
}

/** Where the router of this environment's server can be asked. */
export function routerAddress(environment) {
  return `http://127.0.0.1:${environment.SLIPWAY_ROUTER_PORT || 4680}`;
}

/** Resolves when the server answers that it is ready. */
export async function whenReady(base, milliseconds = 60_000) {
  const isReady = await until(async () => (await fetch(`${base}/readyz`)).ok, milliseconds);
  if (!isReady) throw new Error(`${base} was not ready within ${milliseconds / 1000} s`);
}

/** Resolves when the agents of the hosts are connected, or after ten seconds. */
export async function whenHostsAreUp(base, { id, secret }, names) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  await until(async () => {
    const answer = await fetch(`${base}/api/slipway/v1/hosts`, { headers: { authorization } });
    const { items } = await answer.json();
    return names.every((name) => items.some((host) => host.name === name && host.up));
  }, 10_000);
}

async function until(holds, milliseconds) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if (await holds().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
