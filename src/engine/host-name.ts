/** What is wrong with the name of a host (design 2), or undefined. */
export function hostNameMistake(name: string): string | undefined {
  if (name.length === 0 || name.length > 200) return 'a host name has 1 to 200 characters';
  if (name !== name.trim()) return 'a host name must not begin or end with a blank';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f/,]/.test(name))
    return 'a host name has no control characters, slashes and commas';
  return undefined;
}
