/**
 * The file name of what a recipe makes: `{base}_{recipe}{.ext}`, for a piece of a split `{base}_{recipe}_{0000}{.ext}`
 * (contract nhn-image-manager 5.3). The extension stays as written unless a target names another. Without length limit.
 */
export function derivedName(
  source: string,
  recipe: string,
  targetExtension: string | null,
  piece: number | null,
): string {
  const { base, extension } = splitName(source);
  const number = piece === null ? '' : `_${String(piece).padStart(4, '0')}`;
  return `${base}_${recipe}${number}${targetExtension === null ? extension : `.${targetExtension}`}`;
}

/** The n-th other name for a file whose name is taken: `{base}({n}){.ext}` (contract nhn-image-manager 5.3). */
export function renamed(name: string, n: number): string {
  const { base, extension } = splitName(name);
  return `${base}(${n})${extension}`;
}

/** A name up to its last dot, and the rest with the dot. A name without a dot has no extension. */
export function splitName(name: string): { readonly base: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? { base: name, extension: '' } : { base: name.slice(0, dot), extension: name.slice(dot) };
}
