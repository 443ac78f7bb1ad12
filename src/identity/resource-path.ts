/** Whether a grant on `granted` covers `resource`: the same path or one below it, by whole segments. */
export function covers(granted: string, resource: string): boolean {
  return granted === '/' || granted === resource || resource.startsWith(`${granted}/`);
}

/** The paths that no other one covers, sorted, each once. */
export function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].sort();
  return unique.filter((path) => !unique.some((other) => other !== path && covers(other, path)));
}
