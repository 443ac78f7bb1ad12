import { useEffect, useRef, useState } from 'preact/hooks';
import { createFolder } from '../image-api.ts';
import { ProblemNotice } from '../parts/index.ts';
import { type Problem, problemOf } from '../request.ts';
import { pathIn } from './query.ts';

interface NewFolderProps {
  readonly service: string;
  readonly folder: string;
  readonly made: (path: string) => void;
  readonly close: () => void;
}

/** Asks for the name of a new folder, makes it and goes there. */
export function NewFolder({ service, folder, made, close }: NewFolderProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const path = pathIn(folder, name.trim());
      await createFolder(service, path);
      dialog.current?.close();
      made(path);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <dialog class="confirm" ref={dialog} onClose={close} aria-labelledby="new-folder">
      <form onSubmit={submit}>
        <h2 id="new-folder">New folder in {folder}</h2>
        <div class="field">
          <label for="new-folder-name">Name</label>
          <input
            id="new-folder-name"
            class="input"
            value={name}
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="new-folder-hint"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <span class="hint" id="new-folder-hint">
            Two characters or more; with slashes, folders in folders.
          </span>
        </div>
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <div class="actions">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="button first" aria-disabled={busy}>
            Make the folder
          </button>
        </div>
      </form>
    </dialog>
  );
}
