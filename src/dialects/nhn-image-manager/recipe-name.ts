import { refusal } from './errors.ts';
import { templateById } from './templates.ts';

/** Whether a text can be the name of a recipe: 1 to 20 letters, digits and hyphens (contract nhn-image-manager 3.9). */
export function isRecipeName(name: string): boolean {
  return /^[A-Za-z0-9-]{1,20}$/.test(name);
}

/** Throws OPERATION_NAME_TAKEN for the id of a template, INVALID_VALUE for what can be no name. */
export function checkRecipeName(name: string): void {
  if (templateById(name)) throw refusal('OPERATION_NAME_TAKEN');
  if (!isRecipeName(name)) throw refusal('INVALID_VALUE', 'operationId');
}
