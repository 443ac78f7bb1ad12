import type { RolloutSummary } from '../api.ts';
import { Moment, Status, Table, Took } from '../parts/index.ts';

/** The deployments as a table; on a phone as cards. */
export function DeploymentList({ rollouts }: { rollouts: readonly RolloutSummary[] }) {
  return (
    <div class="panel">
      <Table
        caption="Deployments, the newest first"
        kind="deployments"
        columns={['State', 'Deployment', 'Dialect', 'Who', 'Asked', 'Took']}
        lastAtEnd
      >
        {rollouts.map((rollout) => (
          <DeploymentRow key={rollout.id} rollout={rollout} />
        ))}
      </Table>
    </div>
  );
}

function DeploymentRow({ rollout }: { rollout: RolloutSummary }) {
  return (
    <tr>
      <td>
        <Status state={rollout.state} badge />
      </td>
      <th scope="row">
        <a class="row-link" href={`/console/deployments/${rollout.id}`}>
          {rollout.title}
        </a>
        {rollout.reasonText !== null && <div class="reason soft">{rollout.reasonText}</div>}
      </th>
      <td data-label="through">{rollout.owner.dialect}</td>
      <td data-label="by">{rollout.requestedBy}</td>
      <td>
        <Moment at={rollout.acceptedAt} />
      </td>
      <td data-label="took" class="end">
        <Took from={rollout.startedAt} to={rollout.endedAt} />
      </td>
    </tr>
  );
}
