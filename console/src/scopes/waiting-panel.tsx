import { usePolled } from '../live.ts';
import { Moment, Table } from '../parts/index.ts';
import { waiting } from '../scope-api.ts';

/** The deployments that wait for who looks: for a decision, or for their start. Nothing where none does. */
export function WaitingPanel() {
  const list = usePolled('waiting', 5000, waiting).data;
  if (list === undefined || list.length === 0) return null;
  return (
    <section class="panel part" aria-labelledby="waiting-title">
      <h2 id="waiting-title">Waits for you</h2>
      <Table
        caption="Deployments that wait for you, the oldest first"
        columns={['Version', 'Where', 'For', 'Asked']}
      >
        {list.map(({ approval, deploymentId, semver, scope, application, description }) => (
          <tr key={deploymentId}>
            <th scope="row">
              <a class="row-link fixed" href={`/console/scopes/${scope.id}`}>
                {semver}
              </a>
              {description !== null && <div class="soft waiting-words">{description}</div>}
            </th>
            <td data-label="to">
              {application} · {scope.name}
            </td>
            <td data-label="for">
              {approval.mayDecide ? `an approval (${approval.policy})` : 'its start: it is approved'}
            </td>
            <td>
              <Moment at={approval.askedAt} /> <span class="soft">by {approval.askedBy ?? 'somebody'}</span>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
