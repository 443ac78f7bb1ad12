import './builder.css';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { deleteOperation, type ImageService, operation, saveOperation } from '../image-api.ts';
import { recipesAddress } from '../library/index.ts';
import { Confirm, ProblemNotice } from '../parts/index.ts';
import { Problem, problemOf } from '../request.ts';
import { type Draft, inputOf, jobsOf } from './draft.ts';
import { NameFields } from './name-fields.tsx';
import { OutputFields } from './output-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { Steps } from './steps.tsx';
import { usePreview } from './use-preview.ts';

interface BuilderProps {
  readonly service: ImageService;
  readonly saved: Draft;
  readonly isNew: boolean;
  /** The path of the picture to try it on; empty for any. */
  readonly sample: string;
}

/** The form of an operation beside what it makes of a sample. Nothing is stored until it is saved. */
export function Builder({ service, saved, isNew, sample }: BuilderProps) {
  const { route } = useLocation();
  const [draft, setDraft] = useState(saved);
  const [deleteMade, setDeleteMade] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem>();
  const [asks, setAsks] = useState(false);
  const id = String(service.id);
  const trial = usePreview(id, sample, jobsOf(draft));
  const change = (part: Partial<Draft>) => {
    setRefusal(undefined);
    setDraft((before) => ({ ...before, ...part }));
  };
  // What the API says of the sample it says of the same options when they are saved.
  const problem = refusal ?? trial.problem;

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      if (isNew) await requireFree(id, draft.id.trim());
      await saveOperation(id, draft.id.trim(), inputOf(draft, deleteMade));
      route(recipesAddress(id));
    } catch (error) {
      setRefusal(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <div class="builder">
      <form class="builder-form" noValidate onSubmit={submit} aria-label="Operation">
        <NameFields service={service} draft={draft} isNew={isNew} change={change} />
        <Steps steps={draft.steps} change={(steps) => change({ steps })} problem={problem} />
        <OutputFields draft={draft} change={change} problem={problem} />
        {refusal !== undefined && <ProblemNotice problem={refusal} />}
        <div class="builder-ways">
          {!isNew && (
            <label class="check">
              <input
                type="checkbox"
                checked={deleteMade}
                onChange={({ currentTarget }) => setDeleteMade(currentTarget.checked)}
              />
              Delete what it has made so far, so that it is made anew
            </label>
          )}
          <button type="submit" class="button first" aria-disabled={busy}>
            {isNew ? 'Save the operation' : 'Save the changes'}
          </button>
          <a class="button" href={recipesAddress(id)}>
            Cancel
          </a>
          {!isNew && (
            <button type="button" class="button harm" onClick={() => setAsks(true)}>
              Delete …
            </button>
          )}
        </div>
      </form>
      <PreviewPanel service={service} trial={trial} isEmpty={draft.steps.length === 0} />
      {asks && (
        <DeleteQuestion
          service={id}
          operation={saved.id}
          gone={() => route(recipesAddress(id))}
          close={() => setAsks(false)}
        />
      )}
    </div>
  );
}

/** A new operation must not replace another one unasked: saving an existing name would. */
async function requireFree(service: string, id: string): Promise<void> {
  if (id === '') throw new Problem(400, 'invalid', 'Give the operation a name.');
  try {
    await operation(service, id, new AbortController().signal);
  } catch (error) {
    if (problemOf(error).status === 404) return;
    throw error;
  }
  throw new Problem(409, 'conflict', `There is an operation ${id} already. Choose another name.`);
}

interface DeleteQuestionProps {
  readonly service: string;
  readonly operation: string;
  readonly gone: () => void;
  readonly close: () => void;
}

function DeleteQuestion({ service, operation: id, gone, close }: DeleteQuestionProps) {
  const [withMade, setWithMade] = useState(false);
  return (
    <Confirm
      title={`Delete ${id}?`}
      yes="Delete the operation"
      no="Keep it"
      act={async () => {
        await deleteOperation(service, id, withMade);
        gone();
      }}
      close={close}
    >
      <p>
        URLs that end in <code>?{id}</code> serve the originals from then on.
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={withMade}
          onChange={({ currentTarget }) => setWithMade(currentTarget.checked)}
        />
        Also delete every picture that it has made
      </label>
    </Confirm>
  );
}
