import { useState } from 'preact/hooks';
import type { HostRunState, HostRunView, RolloutView, StageView } from '../api.ts';
import { StateIcon, stateWord } from '../parts/index.ts';
import type { Cell, CellReference } from './choose.ts';
import { matrixOf } from './matrix.ts';
import { MatrixTable } from './matrix-table.tsx';
import { countStates, type StateCount } from './tally.ts';

interface Stage {
  readonly stage: StageView;
  readonly of: RolloutView;
  readonly selected: Cell | undefined;
  readonly choose: (cell: CellReference) => void;
}

/** From so many hosts on, a stage has filters and scrolls within itself, its heads in view. */
const many = 13;

/** One stage: how its hosts stand in a line, then its matrix. */
export function StageSection({ stage, of, selected, choose }: Stage) {
  const [state, setState] = useState<HostRunState>();
  const [text, setText] = useState('');
  const large = stage.hostRuns.length >= many;
  const counts = countStates(stage.hostRuns);
  const fits = (hostRun: HostRunView) =>
    (state === undefined || hostRun.state === state) &&
    (hostRun.host ?? '').toLowerCase().includes(text.trim().toLowerCase());
  const matrix = matrixOf(stage);
  const rows = large ? matrix.rows.filter(({ hostRun }) => fits(hostRun)) : matrix.rows;
  const id = `stage-${stage.index}`;

  return (
    <section class="stage" aria-labelledby={id}>
      <div class="stage-head">
        <h2 id={id}>{stage.name}</h2>
        {stage.compensation && <span class="chip">Compensation</span>}
        <Counts counts={counts} total={stage.hostRuns.length} />
      </div>
      {stage.compensation && (
        <p class="soft">Runs only when an earlier stage failed or the deployment was stopped.</p>
      )}
      {large && (
        <fieldset class="stage-filters">
          <legend class="unseen">Hosts of {stage.name}</legend>
          <button
            type="button"
            class="button small"
            aria-pressed={state === undefined}
            onClick={() => setState(undefined)}
          >
            All {stage.hostRuns.length}
          </button>
          {counts.map((entry) => (
            <button
              key={entry.state}
              type="button"
              class="button small"
              aria-pressed={state === entry.state}
              onClick={() => setState(state === entry.state ? undefined : entry.state)}
            >
              <StateIcon state={entry.state} />
              {stateWord(entry.state)} {entry.count}
            </button>
          ))}
          <input
            class="input"
            type="search"
            aria-label="Name of the host"
            placeholder="Name of the host"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </fieldset>
      )}
      {rows.length === 0 ? (
        <p class="panel stage-none">
          {stage.hostRuns.length === 0 ? nobody(of) : 'No host of this stage fits.'}
        </p>
      ) : (
        <MatrixTable
          name={stage.name}
          matrix={{ ...matrix, rows }}
          tall={large}
          selected={selected}
          choose={choose}
        />
      )}
    </section>
  );
}

function nobody(rollout: RolloutView): string {
  return rollout.endedAt === null ? 'This stage has not begun.' : 'This stage did not run.';
}

/** How many of the hosts are where, as words and as one bar. */
function Counts({ counts, total }: { counts: readonly StateCount[]; total: number }) {
  if (total === 0) return null;
  return (
    <div class="counts">
      <span class="counts-words">
        {counts.map(({ state, count }) => (
          <span key={state}>
            {count} {stateWord(state).toLowerCase()}
          </span>
        ))}
      </span>
      <svg class="counts-bar" viewBox={`0 0 ${total} 1`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map(({ state, count, before }) => (
          <rect key={state} class={`bar-${state}`} x={before} width={count} height="1" />
        ))}
      </svg>
    </div>
  );
}
