import { Moment, Table } from '../parts/index.ts';
import type { DeploymentStep } from '../scope-deployment-api.ts';
import { StateBadge } from './state-badge.tsx';
import { stepStateWords, stepWords } from './words.ts';

/** What was done for a deployment, each with the way to the output of its steps. */
export function ActionsPanel({ actions }: { actions: readonly DeploymentStep[] }) {
  return (
    <section class="panel part" aria-labelledby="actions-title">
      <h2 id="actions-title">Actions</h2>
      {actions.length === 0 ? (
        <p class="soft part-empty">Nothing was done yet.</p>
      ) : (
        <Table
          caption="What was done, the newest first"
          columns={['State', 'Action', 'Asked', 'Last change', 'Output']}
        >
          {actions.map((action) => (
            <tr key={action.id}>
              <td>
                <StateBadge words={stepStateWords(action.status)} name={action.status} />
              </td>
              <td>{stepWords(action)}</td>
              <td data-label="asked">
                <Moment at={action.createdAt} />
              </td>
              <td data-label="last change">
                <Moment at={action.changedAt} />
              </td>
              <td>
                {action.rolloutId === null ? (
                  <span class="soft">done by an agent of your own</span>
                ) : (
                  <a href={`/console/deployments/${action.rolloutId}`}>
                    Steps and output<span class="unseen"> of {stepWords(action)}</span>
                  </a>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
