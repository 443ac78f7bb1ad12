import type { Credential, Operation } from './operation.ts';
import { operations } from './operations.ts';

const credentials: Readonly<Record<Credential, string>> = {
  none: '–',
  'app-key': 'app key',
  'access-key': 'X-TC headers',
  token: 'bearer token',
  either: 'X-TC headers or bearer token',
};

/** The table of docs/nhn-deploy.md: every operation of the original, and whether it is served. */
export function coverageTable(): string {
  return [
    '| | version | call | purpose | needs | served |',
    '| --- | --- | --- | --- | --- | --- |',
    ...operations.map(row),
  ].join('\n');
}

function row(operation: Operation): string {
  const { letter, version, method, path, purpose } = operation;
  const cells = [letter, version, `\`${method} ${path}\``, purpose, needs(operation), served(operation)];
  return `| ${cells.join(' | ')} |`;
}

function needs({ credential, permission, method, instead }: Operation): string {
  if (credential === 'none' && method === 'GET') return credentials.none;
  if (credential === 'none') return instead === undefined ? 'app key in the form' : 'key by Basic';
  const role = permission === undefined ? '' : permission === 'nhn-deploy.read' ? ', any role' : ', ADMIN';
  return credentials[credential] + role;
}

function served({ handle, handleUnadmitted, instead }: Operation): string {
  return instead ?? (handle || handleUnadmitted ? 'yes' : 'no');
}
