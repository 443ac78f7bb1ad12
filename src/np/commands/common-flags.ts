import type { Flag } from '../command.ts';

const descriptions: Readonly<Record<string, string>> = {
  id: 'Only these ids, separated by commas',
  application_id: 'Only of these applications, separated by commas',
  scope_id: 'Only of these scopes, separated by commas',
  status: 'Only with these statuses, separated by commas',
  nrn: 'Only at or below this NRN',
  slug: 'Only with this slug',
  name: 'Only with this name',
  type: 'Only of this type',
};

/** Query parameters that a list is narrowed by; those in `required` must be there. */
export function filters(names: readonly string[], ...required: readonly string[]): readonly Flag[] {
  const flag = (name: string): Flag => ({
    name,
    brief: descriptions[name] ?? `Only with this ${name.replaceAll(/[_.]/g, ' ')}`,
  });
  return [...required.map((name): Flag => ({ ...flag(name), isRequired: true })), ...names.map(flag)];
}

/** Flags of every list. */
export const pageFlags: readonly Flag[] = [
  { name: 'limit', brief: 'How many at most (default 30, at most 200)' },
  { name: 'offset', brief: 'How many to leave out first' },
  { name: 'sort', brief: 'A field and a direction: created_at:desc' },
];

/** Adds related entities to the answer. */
export const includeFlag: Flag = {
  name: 'include',
  brief: 'Related entities to show with it: application, scope, release, build',
};

/** Adds the event log to the answer. */
export const messagesFlag: Flag = {
  name: 'include_messages',
  brief: 'Show the event log, too',
  isSwitch: true,
};
