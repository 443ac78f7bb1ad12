import type { Layout } from './compile.ts';
import type { ScenarioContent } from './scenario.ts';

/** What a deployment was when it started (contract nhn-deploy 5.4): later changes of scenario, group and binaries do not reach it. */
export interface Snapshot {
  readonly content: ScenarioContent;
  /** The binary of each Binary Deploy task, by the task's place. */
  readonly binaries: readonly { readonly task: number; readonly binary: number }[];
  /** The hosts that the caller chose; null: all of the group. */
  readonly targets: readonly string[] | null;
  readonly concurrentNum: number;
  readonly nextWhenFail: boolean;
  readonly layout: Layout;
}

/** The snapshot in a row's JSON. */
export function readSnapshot(text: string): Snapshot {
  return JSON.parse(text) as Snapshot;
}

/** The scenario with every `latest` replaced by the binary that it was resolved to, to run it again the same. */
export function pinnedContent(snapshot: Snapshot): ScenarioContent {
  const chosen = new Map(snapshot.binaries.map(({ task, binary }) => [task, binary]));
  return {
    preRun: snapshot.content.preRun,
    tasks: snapshot.content.tasks.map((task, index) => {
      const binary = chosen.get(index);
      if (task.type !== 'binary-deploy' || binary === undefined) return task;
      const { group: _latestOf, ...pinned } = task;
      return { ...pinned, binary };
    }),
  };
}
