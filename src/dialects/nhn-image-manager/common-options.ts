import { formatOfTarget, type RecipeOptions } from '../../media/index.ts';
import { refusal } from './errors.ts';
import { booleanField, type Fields, textField } from './fields.ts';
import { numberField } from './option-values.ts';

/**
 * Options that count for an operation as a whole, whichever of its jobs names them; null in `targetExtension` keeps the
 * extension (contract nhn-image-manager 3.9).
 */
export type CommonOptions = Pick<RecipeOptions, 'quality' | 'targetExtension' | 'keepExif' | 'autoOrient'>;

/** What counts where no job says otherwise. */
export const commonDefaults: CommonOptions = {
  quality: 75,
  targetExtension: null,
  keepExif: true,
  autoOrient: false,
};

/** The extensions that pictures can be written with, as UNSUPPORTED_EXTENSION lists them. */
const targetExtensions = 'bmp,tif,tiff,gif,jpe,jpeg,jpg,jps,pjpeg,png,webp';

/** The common options that the option of one job names. Throws INVALID_VALUE, OUT_OF_RANGE, UNSUPPORTED_EXTENSION. */
export function namedCommonOptions(option: Fields): Partial<CommonOptions> {
  const quality = numberField(option, 'quality', { least: 1, greatest: 100 });
  const keepExif = booleanField(option, 'keepExif');
  const autoOrient = booleanField(option, 'autoOrient');
  const targetExtension = textField(option, 'targetExtension');
  if (targetExtension !== undefined && !formatOfTarget(targetExtension)) {
    throw refusal('UNSUPPORTED_EXTENSION', targetExtensions);
  }
  return {
    ...(quality !== undefined && { quality }),
    ...(targetExtension !== undefined && { targetExtension }),
    ...(keepExif !== undefined && { keepExif }),
    ...(autoOrient !== undefined && { autoOrient }),
  };
}
