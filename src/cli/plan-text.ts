import type { Plan } from '../engine/index.ts';
import { cell } from './table.ts';

/** A plan for people: its stages in order, with their hosts and steps. */
export function describePlan({ stages }: Plan): string {
  return stages
    .map((stage, index) => {
      const hosts = stage.hosts ? stage.hosts.map(cell).join(', ') : 'the server';
      const width = stage.concurrency ? `, ${stage.concurrency} at once` : '';
      const failure = stage.onFailure && stage.onFailure !== 'stop' ? `, on failure ${stage.onFailure}` : '';
      const steps = (stage.steps ?? []).map((step) => `   - ${step.kind}: ${cell(step.name)}`);
      const others = Object.entries(stage.stepsByHost ?? {}).flatMap(([host, own]) => [
        `   on ${cell(host)}:`,
        ...own.map((step) => `   - ${step.kind}: ${cell(step.name)}`),
      ]);
      return [`${index + 1}. ${cell(stage.name)} on ${hosts}${width}${failure}`, ...steps, ...others].join(
        '\n',
      );
    })
    .join('\n');
}
