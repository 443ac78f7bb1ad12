import { type CommonOptions, commonDefaults, namedCommonOptions } from './common-options.ts';
import { refusal } from './errors.ts';
import { type Fields, field, textField } from './fields.ts';
import { type JobOption, type OptionRules, readJobOption } from './job-options.ts';
import { type JobKind, type Template, templateById } from './templates.ts';

/** One job of an operation as it is kept and answered. */
export interface Job {
  readonly templateOperationId: string;
  readonly option: JobOption;
}

/** The jobs of an operation in the order that they were sent, and what counts for all of them. */
export interface Jobs {
  readonly jobs: readonly Job[];
  readonly common: CommonOptions;
}

/**
 * Reads the `data` of an operation; undefined when there is none. Throws UNREADABLE_OPTIONS, MISSING_VALUE, NOT_DEFINED,
 * NOT_DIFFERENT and what options throw (contract nhn-image-manager 3.9).
 */
export function readJobs(data: unknown, rules: OptionRules): Jobs | undefined {
  if (data === undefined || data === null || (Array.isArray(data) && data.length === 0)) return undefined;
  if (!Array.isArray(data)) throw refusal('UNREADABLE_OPTIONS');
  const places = new Map<string, number>();
  const read: { template: Template; job: Job; named: Partial<CommonOptions> }[] = [];
  for (const [index, entry] of data.entries()) {
    if (!isObject(entry)) throw refusal('UNREADABLE_OPTIONS');
    const template = templateOf(entry);
    const earlier = places.get(placeOf(template.kind));
    if (earlier !== undefined) throw refusal('NOT_DIFFERENT', templateField(earlier), templateField(index));
    places.set(placeOf(template.kind), index);
    const option = optionOf(entry);
    const named = namedCommonOptions(option);
    const job = {
      templateOperationId: template.id,
      option: readJobOption(option, template, named, rules),
    };
    read.push({ template, job, named });
  }
  // The resize decides, else whoever names an option first.
  const byWeight = [...read].sort(
    (a, b) => weight(b.template) - weight(a.template) || read.indexOf(b) - read.indexOf(a),
  );
  const common: CommonOptions = Object.assign({}, commonDefaults, ...byWeight.map(({ named }) => named));
  return { jobs: read.map(({ job }) => job), common };
}

const weight = ({ kind }: Template): number => (kind === 'resize' ? 0 : 1);

/** What a job takes in a recipe that holds each once: slicing and a grid are both a split. */
const placeOf = (kind: JobKind): string => (kind === 'slice' || kind === 'grid' ? 'split' : kind);

const templateField = (index: number): string => `data[${index}].templateOperationId`;

function templateOf(entry: Fields): Template {
  const id = textField(entry, 'templateOperationId');
  if (id === undefined) throw refusal('MISSING_VALUE', 'templateOperationId');
  const template = templateById(id);
  if (!template) throw refusal('NOT_DEFINED', id);
  return template;
}

function optionOf(entry: Fields): Fields {
  const option = field(entry, 'option');
  if (option === undefined) throw refusal('MISSING_VALUE', 'option');
  if (!isObject(option)) throw refusal('INVALID_VALUE', 'option');
  return option;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
