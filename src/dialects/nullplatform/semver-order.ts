import semver from 'semver';

/** The longest version text of semver's own grammar. */
const longest = 256;

/**
 * A version as it is stored: SemVer 2.0, a leading `v` taken off (contract nullplatform 3.6); undefined for a text that is
 * none.
 */
export function readSemver(text: string): string | undefined {
  if (text.length > longest) return undefined;
  const plain = text.trim().replace(/^v/, '');
  // `parse` alone drops the build part; uniqueness counts the text as it was given.
  return /^\d/.test(plain) && semver.parse(plain) !== null ? plain : undefined;
}

/** The version behind the highest: its patch plus one, or 0.0.1 for the first ever. */
export function nextPatch(highest: string | undefined): string {
  const parsed = highest === undefined ? null : semver.parse(highest);
  return parsed === null ? '0.0.1' : `${parsed.major}.${parsed.minor}.${parsed.patch + 1}`;
}

/**
 * A text that sorts by bytes as the version does: numbers filled with zeros, prereleases below their release, numeric
 * identifiers below words (SemVer 2.0, 11). Build parts do not count.
 */
export function semverOrder(version: string): string {
  const parsed = semver.parse(version);
  if (!parsed) return '';
  const core = [parsed.major, parsed.minor, parsed.patch].map(filled).join('.');
  if (parsed.prerelease.length === 0) return `${core}~`;
  const identifiers = parsed.prerelease.map((part) =>
    typeof part === 'number' ? `0${filled(part)}` : `1${part}`,
  );
  // A shorter list of identifiers comes first: the separator is below every character of an identifier.
  return `${core}-${identifiers.join('!')}`;
}

function filled(number: number): string {
  return String(number).padStart(16, '0');
}
