import { useRef } from 'preact/hooks';
import type { Problem } from '../request.ts';
import { type DraftStep, inRunOrder, moved, newStep, ofTemplate } from './draft.ts';
import { OptionInput } from './option-input.tsx';
import { kindRow, stepKinds, templatesOf } from './templates.ts';

interface StepsProps {
  readonly steps: readonly DraftStep[];
  readonly change: (steps: readonly DraftStep[]) => void;
  /** What the API says against the steps. */
  readonly problem: Problem | undefined;
}

/** The steps in the order in which they run, and the kinds of which there is none yet. */
export function Steps({ steps, change, problem }: StepsProps) {
  const adder = useRef<HTMLFieldSetElement>(null);
  const used = new Set(steps.map(({ template }) => template.kind));
  return (
    <section class="panel builder-part" aria-labelledby="recipe-steps">
      <h2 id="recipe-steps">Steps</h2>
      {steps.length > 0 && (
        <ol class="steps">
          {steps.map((step, index) => (
            <Step
              key={step.template.kind}
              step={step}
              index={index}
              canMove={(by) => moved(steps, index, by) !== steps}
              move={(by) => change(moved(steps, index, by))}
              set={(next) => change(steps.with(index, next))}
              remove={() => {
                change(steps.toSpliced(index, 1));
                // Its button is gone: the keys go on where a step can be added again.
                adder.current?.querySelector<HTMLElement>('button')?.focus();
              }}
              problem={problem}
            />
          ))}
        </ol>
      )}
      <fieldset class="step-adder" ref={adder}>
        <legend>{steps.length === 0 ? 'Begin with' : 'Add'}</legend>
        {stepKinds
          .filter(({ kind }) => !used.has(kind))
          .map(({ kind, title }) => (
            <button
              key={kind}
              type="button"
              class="button small"
              onClick={() => change(inRunOrder([...steps, newStep(kind)]))}
            >
              + {title}
            </button>
          ))}
        {used.size === stepKinds.length && <span class="soft">Every kind of step is there once.</span>}
      </fieldset>
    </section>
  );
}

interface StepProps {
  readonly step: DraftStep;
  readonly index: number;
  readonly canMove: (by: -1 | 1) => boolean;
  readonly move: (by: -1 | 1) => void;
  readonly set: (step: DraftStep) => void;
  readonly remove: () => void;
  readonly problem: Problem | undefined;
}

function Step({ step, index, canMove, move, set, remove, problem }: StepProps) {
  const { template, values } = step;
  const { title } = kindRow(template.kind);
  const choices = templatesOf(template.kind);
  return (
    <li class="step">
      <fieldset>
        <legend class="step-title">
          <span class="step-number">{index + 1}</span> {title}
          {choices.length === 1 && <span class="soft"> {template.words}</span>}
        </legend>
        <div class="step-ways">
          {canMove(-1) && (
            <button type="button" class="button small" onClick={() => move(-1)}>
              <span aria-hidden="true">↑</span>
              <span class="unseen">{title} earlier</span>
            </button>
          )}
          {canMove(1) && (
            <button type="button" class="button small" onClick={() => move(1)}>
              <span aria-hidden="true">↓</span>
              <span class="unseen">{title} later</span>
            </button>
          )}
          <button type="button" class="button small harm" onClick={remove}>
            Remove<span class="unseen"> {title}</span>
          </button>
        </div>
        {(choices.length > 1 || template.fields.length > 0) && (
          <div class="options">
            {choices.length > 1 && (
              <label class="field option-wide">
                How
                <select
                  class="input"
                  value={template.id}
                  onChange={({ currentTarget }) => {
                    const next = choices.find(({ id }) => id === currentTarget.value);
                    if (next !== undefined) set(ofTemplate(step, next));
                  }}
                >
                  {choices.map(({ id, words }) => (
                    <option key={id} value={id}>
                      {words} ({id})
                    </option>
                  ))}
                </select>
              </label>
            )}
            {template.fields.map((field) => (
              <OptionInput
                key={field.name}
                field={field}
                value={values[field.name] ?? ''}
                set={(value) => set({ template, values: { ...values, [field.name]: value } })}
                problem={problem}
              />
            ))}
          </div>
        )}
      </fieldset>
    </li>
  );
}
