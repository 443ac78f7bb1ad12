import { CoreError } from '../errors/index.ts';
import type { Setting } from './schema.ts';

/** The value that a variable's or flag's text means; `where` names it in the error. */
export function valueOfText(setting: Setting, text: string, where: string): unknown {
  const trimmed = text.trim();
  switch (setting.kind) {
    case 'integer':
      if (!/^\d+$/.test(trimmed))
        throw new CoreError('invalid', `${where} should be a whole number, not ${trimmed}`);
      return Number(trimmed);
    case 'boolean':
      if (!/^(0|1|true|false)$/i.test(trimmed))
        throw new CoreError('invalid', `${where} should be 0 or 1, not ${trimmed}`);
      return trimmed === '1' || trimmed.toLowerCase() === 'true';
    case 'list':
      return trimmed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    default:
      return text;
  }
}
