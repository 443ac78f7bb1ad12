/** Whether grants on these resources cover the resource: one of them is it, or stands above it. */
export function reaches(granted: readonly string[], resource: string): boolean {
  return granted.some((above) => above === '/' || `${resource}/`.startsWith(`${above}/`));
}
