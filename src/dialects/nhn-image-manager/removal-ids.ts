import { refusal } from './errors.ts';

const longestId = 50;

/** An id of a file or folder as it was given. Throws INVALID_PARAMETER for one that is too long (contract nhn-image-manager 3.7). */
export function givenId(id: string): string {
  if (id.length > longestId) throw refusal('INVALID_PARAMETER');
  return id.toLowerCase();
}

/** Whether anything can have this id: ids are UUIDs, and other texts are simply not found. */
export function isId(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}
