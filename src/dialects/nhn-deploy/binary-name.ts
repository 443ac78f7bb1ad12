/** Characters that a shell would read as its own: `$${binary.<as>.name}` puts the name into commands. */
const dangerous = /[;&|<>$"'`/\\]|\p{Cc}|[\u2028\u2029]/u;

/** The longest name that file systems of target servers take, in bytes. */
const longestName = 255;

/** What is wrong with the name of an uploaded file; undefined when nothing is. */
export function binaryNameProblem(name: string | undefined): string | undefined {
  if (name === undefined || name.trim() === '') return 'the part binaryFile has no file name';
  if (name === '.' || name === '..') return `a binary cannot be named ${name}`;
  if (Buffer.byteLength(name) > longestName) return `the file name is longer than ${longestName} bytes`;
  if (dangerous.test(name)) {
    return 'the file name holds a control character, a slash, or one of ; & | < > $ " \' `';
  }
  return undefined;
}
