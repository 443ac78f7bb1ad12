import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Problem, problemOf } from '../request.ts';
import { ProblemNotice } from './problem.tsx';

interface Question {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button that does it says: `Stop the deployment`. */
  readonly yes: string;
  readonly no: string;
  /** The answer takes nothing away from anybody: its button does not warn. */
  readonly isHarmless?: boolean;
  readonly act: () => Promise<void>;
  readonly close: () => void;
}

/** Asks before something of weight. Closes itself when it is done; stays, with the reason, when it is refused. */
export function Confirm({ title, children, yes, no, isHarmless = false, act, close }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
      dialog.current?.close();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <dialog class="confirm" ref={dialog} onClose={close} aria-labelledby="confirm-title">
      <form onSubmit={submit}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <div class="actions">
          {/* The harmless answer stands first, so that it has the focus when the dialog opens. */}
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {no}
          </button>
          <button
            type="submit"
            class={isHarmless ? 'button first' : 'button first harm'}
            aria-disabled={busy}
          >
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
