import type { Job, Operation, OperationInput } from '../image-api.ts';
import {
  kindRow,
  type OptionField,
  type StepKind,
  type Template,
  templateOf,
  templatesOf,
} from './templates.ts';

/** One step as it is being filled in. Values stay as they were typed: the API says what is wrong with them. */
export interface DraftStep {
  readonly template: Template;
  readonly values: Readonly<Record<string, string>>;
}

/** An operation as it is being built. */
export interface Draft {
  readonly id: string;
  readonly description: string;
  readonly realtime: boolean;
  readonly steps: readonly DraftStep[];
  readonly quality: string;
  /** The extension of what is made; empty keeps that of the source. */
  readonly target: string;
  readonly keepExif: boolean;
  readonly autoOrient: boolean;
  readonly keepAnimation: boolean;
}

/** What a new operation begins with. */
export const emptyDraft: Draft = {
  id: '',
  description: '',
  realtime: true,
  steps: [],
  quality: '75',
  target: '',
  keepExif: true,
  autoOrient: false,
  keepAnimation: true,
};

/** A new step of a kind, of the kind's first template. */
export function newStep(kind: StepKind): DraftStep {
  const [template] = templatesOf(kind);
  if (template === undefined) throw new Error(`no template of the kind ${kind}`);
  return { template, values: initialValues(template) };
}

/** The step made from another template of its kind; what both have keeps its value. */
export function ofTemplate({ values }: DraftStep, template: Template): DraftStep {
  return { template, values: { ...initialValues(template), ...values } };
}

function initialValues({ fields }: Template): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
}

/** Steps in the order in which they run; within a phase as they were given. */
export function inRunOrder(steps: readonly DraftStep[]): readonly DraftStep[] {
  return steps.toSorted((one, other) => phaseOf(one) - phaseOf(other));
}

/** The steps with the one at `index` moved by one place; as they were where another phase begins or the list ends. */
export function moved(steps: readonly DraftStep[], index: number, by: -1 | 1): readonly DraftStep[] {
  const [step, other] = [steps[index], steps[index + by]];
  if (step === undefined || other === undefined || phaseOf(step) !== phaseOf(other)) return steps;
  return steps.with(index, other).with(index + by, step);
}

function phaseOf({ template }: DraftStep): number {
  return kindRow(template.kind).phase;
}

/** The jobs that the API gets. Options of the whole operation go with its resize, else with its first job. */
export function jobsOf(draft: Draft): readonly Job[] {
  const { steps, keepAnimation } = draft;
  const carrier = steps.find(({ template }) => template.kind === 'resize') ?? steps[0];
  return steps.map((step) => ({
    templateOperationId: step.template.id,
    option: {
      ...step.template.unused,
      ...Object.fromEntries(
        step.template.fields.flatMap((field) => sent(field, step.values[field.name] ?? '')),
      ),
      ...(step.template.keepsAnimation ? { keepAnimation } : {}),
      ...(step === carrier ? commonOptions(draft) : {}),
    },
  }));
}

function commonOptions({ quality, target, keepExif, autoOrient }: Draft): Record<string, unknown> {
  return {
    ...numbered('quality', quality),
    targetExtension: target === '' ? null : target,
    keepExif,
    autoOrient,
  };
}

function sent({ name, kind }: OptionField, value: string): [string, unknown][] {
  if (kind === 'number') return Object.entries(numbered(name, value));
  return value.trim() === '' ? [] : [[name, value.trim()]];
}

/** A number where it is one; what else was typed goes as it is, and nothing for nothing. */
function numbered(name: string, text: string): Record<string, unknown> {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  return { [name]: Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed) };
}

/** What is sent to save a draft. */
export function inputOf(draft: Draft, deleteMade: boolean): OperationInput {
  const { description, realtime } = draft;
  return { description, realtimeService: realtime, deleteThumbnail: deleteMade, data: jobsOf(draft) };
}

/** The draft of an operation that is there. */
export function draftOf({ operationId, description, realtimeService, jobTemplate }: Operation): Draft {
  const known = jobTemplate.flatMap(({ templateOperationId, option }) => {
    const template = templateOf(templateOperationId);
    return template === undefined ? [] : [{ template, option }];
  });
  // Jobs answer with their defaults too: what differs from the default is what somebody named, the resize's before all.
  const carriers = known.toSorted((one, other) => rank(one.template) - rank(other.template));
  const common = <Value>(name: string, usual: Value): Value => {
    const named = carriers.map(({ option }) => option[name] ?? usual).find((value) => value !== usual);
    return (named ?? usual) as Value;
  };
  return {
    id: operationId,
    description,
    realtime: realtimeService,
    steps: inRunOrder(
      known.map(({ template, option }) => ({
        template,
        values: Object.fromEntries(
          template.fields.map(({ name, initial }) => [name, String(option[name] ?? initial)]),
        ),
      })),
    ),
    quality: String(common('quality', Number(emptyDraft.quality))),
    target: common('targetExtension', emptyDraft.target),
    keepExif: common('keepExif', emptyDraft.keepExif),
    autoOrient: common('autoOrient', emptyDraft.autoOrient),
    keepAnimation: known.every(
      ({ template, option }) => !template.keepsAnimation || option.keepAnimation !== false,
    ),
  };
}

/** The resize's options of the whole operation go before those of other jobs (contract nhn-image-manager 3.9). */
function rank({ kind }: Template): number {
  return kind === 'resize' ? 0 : 1;
}

/** Whether the value of an option cannot be right, as far as the form knows. */
export function isDoubtful({ kind, min, max, optional }: OptionField, value: string): boolean {
  const text = value.trim();
  if (text === '') return optional !== true;
  if (kind !== 'number') return false;
  const number = Number(text);
  return !Number.isInteger(number) || number < (min ?? number) || number > (max ?? number);
}

/** The options that an error of the API names: `'width' must be not null` names `width`. */
export function namedOptions(message: string): readonly string[] {
  return [...message.matchAll(/'([A-Za-z]+)'/g)].map(([, name = '']) => name);
}
