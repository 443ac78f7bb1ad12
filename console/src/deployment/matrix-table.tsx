import './matrix.css';
import { useRef } from 'preact/hooks';
import type { HostRunView, StepRunView } from '../api.ts';
import { StateIcon, Status, stateWord, Took } from '../parts/index.ts';
import type { Cell, CellReference } from './choose.ts';
import type { Matrix } from './matrix.ts';
import { stepTo } from './walk.ts';

interface MatrixTableProps {
  /** The stage's name, for those who listen. */
  readonly name: string;
  readonly matrix: Matrix;
  /** Scrolls within itself. */
  readonly tall: boolean;
  readonly selected: Cell | undefined;
  readonly choose: (cell: CellReference) => void;
}

/**
 * Hosts × tasks. One stop of the tab key; within it the arrow keys, Home and End walk, as in a spreadsheet: five
 * tasks on two hundred hosts are a thousand buttons.
 */
export function MatrixTable({ name, matrix, tall, selected, choose }: MatrixTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const { columns, rows } = matrix;
  const isSelected = (hostRun: HostRunView, step: StepRunView) =>
    selected?.hostRun.id === hostRun.id && selected.step.index === step.index;
  const selectedHere = rows.some(({ hostRun, cells }) =>
    cells.some((step) => step && isSelected(hostRun, step)),
  );
  let stop = selectedHere ? undefined : 'first';

  const walk = (event: KeyboardEvent) => {
    const place = (event.target as HTMLElement).dataset.place?.split(':').map(Number);
    if (place === undefined || event.altKey || event.metaKey) return;
    const exists = (row: number, column: number) => rows[row]?.cells[column] !== undefined;
    const next = stepTo(
      event.key,
      event.ctrlKey,
      [place[0] ?? 0, place[1] ?? 0],
      [rows.length, columns.length],
      exists,
    );
    if (next === undefined) return;
    event.preventDefault();
    table.current?.querySelector<HTMLElement>(`[data-place="${next.join(':')}"]`)?.focus();
  };

  return (
    <div class={tall ? 'panel matrix-place tall' : 'panel matrix-place'}>
      <table
        class="matrix"
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of buttons with keys of its own is a grid
        role="grid"
        aria-label={`Hosts and tasks of ${name}`}
        onKeyDown={walk}
      >
        <thead>
          <tr>
            <th scope="col">Host</th>
            {columns.map((column) => (
              <th key={column.key} scope="col">
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ hostRun, cells }, row) => (
            <tr key={hostRun.id}>
              <th scope="row">
                <HostHead hostRun={hostRun} />
              </th>
              {cells.map((step, column) => {
                const key = columns[column]?.key;
                if (step === undefined) {
                  return (
                    <td key={key} class="none">
                      <span aria-hidden="true">–</span>
                      <span class="unseen">no such task here</span>
                    </td>
                  );
                }
                const pressed = isSelected(hostRun, step);
                const reachable = pressed || stop !== undefined;
                stop = undefined;
                return (
                  <td key={key}>
                    <button
                      type="button"
                      class="cell"
                      data-place={`${row}:${column}`}
                      tabIndex={reachable ? 0 : -1}
                      aria-pressed={pressed}
                      onClick={() => choose({ hostRunId: hostRun.id, stepIndex: step.index })}
                    >
                      <CellContent step={step} host={hostRun.host} />
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HostHead({ hostRun }: { hostRun: HostRunView }) {
  return (
    <div class="host-head">
      <span class="host-name">{breakable(hostRun.host ?? 'Slipway itself')}</span>
      <span class="host-state">
        <Status state={hostRun.state} />
        <Took from={hostRun.startedAt} to={hostRun.endedAt} />
      </span>
      {hostRun.reasonText !== null && <span class="host-reason">{hostRun.reasonText}</span>}
    </div>
  );
}

function CellContent({ step, host }: { step: StepRunView; host: string | null }) {
  return (
    <>
      <span class="cell-task">{step.name}</span>
      <span class="unseen"> on {host ?? 'Slipway itself'}: </span>
      <StateIcon state={step.state} />
      <span class={`cell-words tone-${step.state === 'succeeded' ? 'soft' : 'plain'}`}>
        <span class={step.state === 'succeeded' && step.startedAt !== null ? 'unseen' : ''}>
          {stateWord(step.state)}{' '}
        </span>
        {step.exitCode !== null && step.exitCode !== 0 && <span>exit {step.exitCode} </span>}
        {step.state !== 'skipped' && <Took from={step.startedAt} to={step.endedAt} />}
      </span>
    </>
  );
}

/** A host's name that may break behind its dots: `web-1.` `example.` `internal`. */
function breakable(name: string) {
  return name.split(/(?<=\.)/).flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]));
}
