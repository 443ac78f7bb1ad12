import type { Host } from '../api.ts';
import { Moment, Status, Table } from '../parts/index.ts';

const actions = <span class="unseen">Actions</span>;

/** The hosts as a table; on a phone as cards. */
export function HostList({ hosts, remove }: { hosts: readonly Host[]; remove: (host: Host) => void }) {
  return (
    <div class="panel">
      <Table
        caption="Hosts by name"
        kind="hosts"
        columns={['State', 'Host', 'Address', 'Platform', 'Agent', 'Last heard', actions]}
        lastAtEnd
      >
        {hosts.map((host) => (
          <tr key={host.name}>
            <td>
              <Status state={host.up ? 'online' : 'offline'} badge />
            </td>
            <th scope="row">
              {host.name}
              <Labels labels={host.labels} />
            </th>
            <td data-label="at" class="fixed">
              {host.address || '–'}
            </td>
            <td data-label="on">{host.platform || '–'}</td>
            <td data-label="agent">{host.agentVersion || '–'}</td>
            <td data-label="heard">
              {host.lastHeardAt === null ? 'never' : <Moment at={host.lastHeardAt} />}
            </td>
            <td class="end">
              <button type="button" class="button small harm" onClick={() => remove(host)}>
                Remove …<span class="unseen"> {host.name}</span>
              </button>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Labels({ labels }: { labels: Host['labels'] }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <ul class="labels" aria-label="Labels">
      {entries.map(([name, value]) => (
        <li key={name} class="chip">
          {value === '' ? name : `${name}=${value}`}
        </li>
      ))}
    </ul>
  );
}
