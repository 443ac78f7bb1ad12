import { Moment, Table } from '../parts/index.ts';
import type { PastDeployment } from '../scope-api.ts';
import { StateBadge } from './state-badge.tsx';
import { deploymentWords } from './words.ts';

interface HistoryPanelProps {
  readonly scopeId: number;
  readonly history: readonly PastDeployment[];
}

/** The last deployments of the scope; each leads to what was done, said and written in it. */
export function HistoryPanel({ scopeId, history }: HistoryPanelProps) {
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
                <a class="row-link fixed" href={`/console/scopes/${scopeId}/deployments/${deployment.id}`}>
                  {deployment.semver}
                  <span class="unseen"> (deployment {deployment.id})</span>
                </a>
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
