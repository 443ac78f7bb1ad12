import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { booleanField, type Fields, textField } from './fields.ts';
import type { OptionRules } from './job-options.ts';
import { type Jobs, readJobs } from './jobs.ts';

const longestDescription = 30;

/** What a call or a declaration says of an operation; what is absent stays, or is the default of a new one. */
export interface RecipeChange {
  readonly description?: string | undefined;
  readonly realtime?: boolean | undefined;
  readonly jobs?: Jobs | undefined;
}

/** The rules that this installation has for options. */
export function optionRules({ parts }: Context): OptionRules {
  return { allowsPort: (url) => parts.outbound.isListed(url) };
}

/** Reads the body of a change. Throws OUT_OF_RANGE, INVALID_VALUE and what jobs throw (contract nhn-image-manager 3.9). */
export function readRecipeChange(body: Fields, rules: OptionRules): RecipeChange {
  // An empty description is one, in contrast to other empty texts.
  const description = body.description === '' ? '' : textField(body, 'description');
  if (description !== undefined && [...description].length > longestDescription) {
    throw refusal('OUT_OF_RANGE', 'description', 0, longestDescription);
  }
  if (description?.includes('\0')) throw refusal('INVALID_VALUE', 'description');
  return {
    description,
    realtime: booleanField(body, 'realtimeService'),
    jobs: readJobs(body.data, rules),
  };
}
