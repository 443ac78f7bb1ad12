import './output.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type OutputStream, outputPath, type StepRunView } from '../api.ts';
import { bytes } from '../bytes.ts';
import { CopyButton, Status, Took } from '../parts/index.ts';
import { apiAddress } from '../request.ts';
import { roomy } from '../surroundings.ts';
import type { Cell } from './choose.ts';
import { OutputScreen } from './output-screen.tsx';
import { TaskScreen } from './task-screen.tsx';

interface OutputPanelProps {
  readonly rolloutId: string;
  readonly cell: Cell;
  /** Nobody chose the cell: it is the one that the deployment is at. */
  readonly following: boolean;
  /** The deployment goes on: a chosen cell can be let go for the ones that it comes to. */
  readonly goesOn: boolean;
  /** Lets the chosen cell go; where the panel is a sheet, that closes it. */
  readonly close: () => void;
}

type View = OutputStream | 'task';

const streams: readonly OutputStream[] = ['stdout', 'stderr'];

/** What one task on one host wrote, live, with what can be done with it. */
export function OutputPanel({ rolloutId, cell, following, goesOn, close }: OutputPanelProps) {
  const { hostRun, step } = cell;
  const [asked, setAsked] = useState<{ cell: string; view: View }>();
  const [pinned, setPinned] = useState(true);
  const [wrapped, setWrapped] = useState(true);
  const text = useRef<() => string>(() => '');
  const section = useRef<HTMLElement>(null);
  const cellKey = `${hostRun.id} ${step.index}`;
  const view = asked?.cell === cellKey ? asked.view : likelyStream(cell);
  const stream = view === 'task' ? 'stdout' : view;
  const written = writtenTo(step, stream);
  const reference = { rolloutId, hostRunId: hostRun.id, stepIndex: step.index, stream };
  // A skipped task has neither a start nor an end.
  const ended = step.state !== 'pending' && step.state !== 'running';
  const host = hostRun.host ?? 'Slipway itself';

  useEffect(() => {
    // As a sheet the panel covers what was pressed: the keys go on in it.
    if (!following && section.current && getComputedStyle(section.current).position === 'fixed')
      section.current.focus();
  }, [hostRun.id, step.index, following]);

  return (
    <section
      class="output"
      ref={section}
      tabIndex={-1}
      aria-label={`Output of ${step.name} on ${host}`}
      onKeyDown={(event) => event.key === 'Escape' && !roomy.value && close()}
    >
      <header class="output-head">
        <h2>
          {step.name} <span class="output-host">on {host}</span>
        </h2>
        {(!roomy.value || (goesOn && !following)) && (
          <button type="button" class="button small" onClick={close}>
            {roomy.value ? 'Go along' : 'Close'}
          </button>
        )}
        <p class="output-facts">
          <Status state={step.state} />
          {step.exitCode !== null && <span>exit code {step.exitCode}</span>}
          <Took from={step.startedAt} to={step.endedAt} />
          <span class="fixed">{step.kind}</span>
        </p>
        {step.reasonText !== null && step.reason !== 'exit-code' && (
          <p class="output-reason">{step.reasonText}</p>
        )}
      </header>
      <div class="output-bar">
        <fieldset class="output-streams">
          <legend class="unseen">What is shown</legend>
          {streams.map((name) => (
            <button
              key={name}
              type="button"
              class="button small"
              aria-pressed={view === name}
              onClick={() => setAsked({ cell: cellKey, view: name })}
            >
              {name}
              {/* While the task runs nobody counts: that nothing was written is known only at its end. */}
              {(ended || writtenTo(step, name) > 0) && (
                <>
                  {' '}
                  <span class="size">{bytes(writtenTo(step, name))}</span>
                </>
              )}
            </button>
          ))}
          <button
            type="button"
            class="button small"
            aria-pressed={view === 'task'}
            onClick={() => setAsked({ cell: cellKey, view: 'task' })}
          >
            Task
          </button>
        </fieldset>
        <fieldset class="output-tools">
          <legend class="unseen">Output</legend>
          {view !== 'task' && (
            <button
              type="button"
              class="button small"
              aria-pressed={pinned}
              onClick={() => setPinned(!pinned)}
            >
              Follow
            </button>
          )}
          <button
            type="button"
            class="button small"
            aria-pressed={wrapped}
            onClick={() => setWrapped(!wrapped)}
          >
            Wrap
          </button>
          <CopyButton
            text={() => text.current()}
            label="Copy"
            name={view === 'task' ? 'the task' : 'the output'}
          />
          {view !== 'task' && (
            <a
              class="button small"
              href={apiAddress(outputPath(reference))}
              download={fileName(step.name, host, stream)}
            >
              Download
            </a>
          )}
        </fieldset>
      </div>
      {view === 'task' ? (
        <TaskScreen rolloutId={rolloutId} cell={cell} wrapped={wrapped} text={text} />
      ) : (
        <OutputScreen
          key={`${cellKey} ${stream}`}
          reference={reference}
          started={step.startedAt !== null || written > 0}
          ended={ended}
          quiet={ended && written === 0}
          pinned={pinned}
          wrapped={wrapped}
          unpin={setPinned}
          text={text}
        />
      )}
    </section>
  );
}

/** What most likely tells why: the errors of what failed, else what was written at all. */
function likelyStream({ step }: Cell): OutputStream {
  if (step.stderrBytes > 0 && (step.state === 'failed' || step.stdoutBytes === 0)) return 'stderr';
  return 'stdout';
}

function writtenTo(step: StepRunView, stream: OutputStream): number {
  return stream === 'stdout' ? step.stdoutBytes : step.stderrBytes;
}

function fileName(...parts: readonly string[]): string {
  return `${parts.join('-').replace(/[^\p{L}\p{N}._-]+/gu, '-')}.log`;
}
