import { Moment, Table } from '../parts/index.ts';
import type { PastDeployment } from '../scope-api.ts';
import { StateBadge } from './state-badge.tsx';
import { deploymentWords } from './words.ts';

/** The last deployments of the scope. */
export function HistoryPanel({ history }: { history: readonly PastDeployment[] }) {
  return (
    <section class="panel part" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      {history.length === 0 ? (
        <p class="soft part-empty">No deployments yet.</p>
      ) : (
        <Table
          caption="Deployments of the scope, the newest first"
          columns={['State', 'Version', 'Id', 'Asked']}
        >
          {history.map((deployment) => (
            <tr key={deployment.id}>
              <td>
                <StateBadge words={deploymentWords(deployment.status)} name={deployment.status} />
              </td>
              <td data-label="version">
                <span class="fixed">{deployment.semver}</span>
                {deployment.isActive && <span class="soft"> serves</span>}
                {deployment.description && <div class="soft">{deployment.description}</div>}
              </td>
              <td data-label="id" class="fixed">
                {deployment.id}
              </td>
              <td>
                <Moment at={deployment.createdAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
