import type { Problem } from '../request.ts';
import type { Draft } from './draft.ts';
import { OptionInput } from './option-input.tsx';
import type { OptionField } from './templates.ts';

const format: OptionField = {
  name: 'targetExtension',
  label: 'Format',
  kind: 'choice',
  initial: '',
  optional: true,
  choices: {
    '': 'As the original',
    jpg: 'JPEG (.jpg)',
    webp: 'WebP (.webp)',
    png: 'PNG (.png)',
    gif: 'GIF (.gif)',
    bmp: 'BMP (.bmp)',
    tiff: 'TIFF (.tiff)',
  },
};
const quality: OptionField = {
  name: 'quality',
  label: 'Quality',
  kind: 'number',
  min: 1,
  max: 100,
  initial: '75',
  hint: '1 to 100, for JPEG and WebP',
};

interface OutputFieldsProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly problem: Problem | undefined;
}

/** What counts for the whole operation: the format of what it makes, and what is kept of the original. */
export function OutputFields({ draft, change, problem }: OutputFieldsProps) {
  // An extension that people do not choose here, but the API took, stays as it is.
  const isUsual = Object.hasOwn(format.choices ?? {}, draft.target);
  const choices = isUsual ? format.choices : { ...format.choices, [draft.target]: `.${draft.target}` };
  return (
    <section class="panel builder-part" aria-labelledby="recipe-output">
      <h2 id="recipe-output">Result</h2>
      <div class="options">
        <OptionInput
          field={{ ...format, choices: choices ?? {} }}
          value={draft.target}
          set={(target) => change({ target })}
          problem={problem}
        />
        <OptionInput
          field={quality}
          value={draft.quality}
          set={(value) => change({ quality: value })}
          problem={problem}
        />
      </div>
      <div class="checks">
        <Check
          label="Turn it upright, as the camera says"
          value={draft.autoOrient}
          set={(autoOrient) => change({ autoOrient })}
        />
        <Check
          label="Keep EXIF: camera, date, place"
          value={draft.keepExif}
          set={(keepExif) => change({ keepExif })}
        />
        <Check
          label="Keep animations moving"
          value={draft.keepAnimation}
          set={(keepAnimation) => change({ keepAnimation })}
        />
      </div>
    </section>
  );
}

function Check({ label, value, set }: { label: string; value: boolean; set: (value: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={({ currentTarget }) => set(currentTarget.checked)} />
      {label}
    </label>
  );
}
