import { CoreError } from '../../errors/index.ts';
import type { Mistake } from '../explain.ts';

/** Thrown for a declaration with mistakes: all of them at once, each with its path. Nothing was changed. */
export class DeclarationRefused extends CoreError {
  readonly errors: readonly Mistake[];

  constructor(errors: readonly Mistake[]) {
    const lines = errors.map(({ path, message }) => `${path === '' ? 'declaration' : path}: ${message}`);
    super('invalid', lines.join('\n'), errors[0]?.path ? { path: errors[0].path } : {});
    this.errors = errors;
  }
}
