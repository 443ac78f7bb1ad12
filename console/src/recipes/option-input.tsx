import { useId } from 'preact/hooks';
import type { Problem } from '../request.ts';
import { isDoubtful, namedOptions } from './draft.ts';
import { GravityInput } from './gravity-input.tsx';
import type { OptionField } from './templates.ts';

interface OptionInputProps {
  readonly field: OptionField;
  readonly value: string;
  readonly set: (value: string) => void;
  /** What the API says against the operation; shown here when it is about this option. */
  readonly problem: Problem | undefined;
}

/** One option of a step or of the whole operation, with what the API says against its value. */
export function OptionInput({ field, value, set, problem }: OptionInputProps) {
  const id = useId();
  const { name, label, kind, unit, hint, min, max, choices } = field;
  if (kind === 'gravity') return <GravityInput label={label} value={value} set={set} />;
  const isNamed = problem !== undefined && namedOptions(problem.message).includes(name);
  const fault = isNamed && isDoubtful(field, value) ? problem.message : undefined;
  const told = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`];
  const shared = {
    id,
    class: 'input',
    value,
    'aria-invalid': fault !== undefined,
    'aria-describedby': told.filter(Boolean).join(' ') || undefined,
  };
  return (
    <div class={kind === 'text' ? 'field option-wide' : 'field'}>
      <label for={id}>
        {label}
        {unit !== undefined && <span class="soft"> ({unit})</span>}
      </label>
      {kind === 'choice' ? (
        <select {...shared} onChange={({ currentTarget }) => set(currentTarget.value)}>
          {Object.entries(choices ?? {}).map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          {...(kind === 'number' ? { type: 'number', min, max } : { type: 'text' })}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span class="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}
