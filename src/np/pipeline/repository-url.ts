/**
 * The address of a repository as a browser opens it: `git@host:acme/shop.git` and
 * `https://user:secret@host/acme/shop.git` are both `https://host/acme/shop`.
 */
export function repositoryAddress(text: string): string {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/)(.+)$/.exec(text);
  const ssh = /^(?:ssh|git):\/\/(?:[^@/]+@)?([^:/]+)(?::\d+)?\/(.+)$/.exec(text);
  const [, host, path] = ssh ?? scp ?? [];
  const address =
    host === undefined ? text.replace(/^(https?:\/\/)[^@/]*@/, '$1') : `https://${host}/${path}`;
  return address.replace(/\/+$/, '').replace(/\.git$/, '');
}

/** The ways in which an application may have been given the address; lists are filtered by exact match. */
export function repositorySpellings(text: string): readonly string[] {
  const address = repositoryAddress(text);
  return [...new Set([address, `${address}.git`, text])].filter((spelling) => !spelling.includes(','));
}

/** Where the commit can be looked at. */
export function commitPermalink(repositoryUrl: string, commitId: string): string {
  const address = repositoryAddress(repositoryUrl);
  return `${address}/${/^https?:\/\/[^/]*gitlab/.test(address) ? '-/' : ''}commit/${commitId}`;
}
