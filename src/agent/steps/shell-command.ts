import { basename } from 'node:path';

/**
 * The words of a shell setting (`/bin/bash -l`), split at blanks outside of quotes. Nothing is expanded.
 * @example splitWords(`/opt/my\ shell -x`) // ['/opt/my shell', '-x']
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:\\.|"[^"]*"|'[^']*'|[^\s"'\\])+/g)) {
    words.push(
      match[0].replace(
        /\\(.)|"([^"]*)"|'([^']*)'/g,
        (_, escaped, double, single) => escaped ?? double ?? single,
      ),
    );
  }
  return words;
}

/** Program and arguments that run `file` as one script in `shell`. */
export function shellCommand(shell: string, file: string): { program: string; args: string[] } {
  const [program = '', ...args] = splitWords(shell);
  if (!isPowerShell(program)) return { program, args: [...args, file] };
  const own = args.length > 0 ? args : ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'];
  return { program, args: [...own, '-File', file] };
}

/** The ending of a script file: PowerShell runs nothing that is not called `.ps1`. */
export function scriptExtension(shell: string): string {
  return isPowerShell(splitWords(shell)[0] ?? '') ? '.ps1' : '';
}

function isPowerShell(program: string): boolean {
  return /^(powershell|pwsh)(\.exe)?$/i.test(basename(program));
}
