import type { RefObject } from 'preact';
import { rolloutPlan } from '../api.ts';
import { useLive } from '../live.ts';
import { ProblemNotice } from '../parts/index.ts';
import type { Cell } from './choose.ts';
import { plannedStep, type Task, taskOf } from './task.ts';

interface TaskScreenProps {
  readonly rolloutId: string;
  readonly cell: Cell;
  readonly wrapped: boolean;
  /** Where the panel finds the text that is shown. */
  readonly text: RefObject<() => string>;
}

/** What the task was told to do, in the place of what it wrote. */
export function TaskScreen({ rolloutId, cell, wrapped, text }: TaskScreenProps) {
  const { stage, hostRun, step } = cell;
  const live = useLive<Task | null>(`${rolloutId} ${hostRun.id} ${step.index}`, async (show, signal) => {
    const planned = plannedStep(await rolloutPlan(rolloutId, signal), stage.index, hostRun.host, step.index);
    show(planned === undefined ? null : taskOf(planned));
  });
  const task = live.data;
  text.current = () => task?.text ?? '';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class="screen" tabIndex={0} aria-label="Task">
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      {task === null && (
        <p class="screen-note">This task was planned while the deployment ran; its plan is not kept apart.</p>
      )}
      {task?.text !== undefined && <pre class={wrapped ? 'wrapped' : ''}>{task.text}</pre>}
      {task && (
        <dl class="settings">
          {task.settings.map(({ name, value }) => (
            <div key={name} class="setting">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
