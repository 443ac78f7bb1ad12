/** Whether everything that is wanted of an object stands in it; what others added does not matter. Pure. */
export function isAsWanted(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((item, index) => isAsWanted(live[index], item))
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof live !== 'object' || live === null) return false;
    const fields = live as Record<string, unknown>;
    return Object.entries(wanted).every(([name, field]) => isAsWanted(fields[name], field));
  }
  return live === wanted;
}
