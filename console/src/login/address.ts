/** The address of the login that leads back to `address` of the console. */
export function loginAddress(address: string): string {
  const back = backAddress(address);
  return back === home ? '/console/login' : `/console/login?to=${encodeURIComponent(back)}`;
}

const home = '/console/deployments';

/**
 * Where a login leads to: the page that `wanted` names if it is one of the console's other pages, else the
 * deployments. Nobody's link can lead through the login to another site.
 */
export function backAddress(wanted: string | undefined): string {
  if (wanted === undefined || !/^\/console\/[\w-]/.test(wanted) || /^\/console\/login\b/.test(wanted))
    return home;
  return wanted;
}
