import './page.css';
import { useState } from 'preact/hooks';
import { type Host, hosts, removeHost } from '../api.ts';
import { usePolled } from '../live.ts';
import { Confirm, PageTitle, ProblemNotice } from '../parts/index.ts';
import { AddHost } from './add-host.tsx';
import { HostList } from './list.tsx';

/** All hosts: whether they are online, what runs on them, and the line that adds one. */
export function HostsPage() {
  const list = usePolled('hosts', 2000, hosts);
  const [leaving, setLeaving] = useState<Host>();
  const shown = list.data?.toSorted(byName);
  const online = shown?.filter(({ up }) => up).length;

  return (
    <div class="page">
      <div class="hosts-head">
        <PageTitle>Hosts</PageTitle>
        {shown !== undefined && shown.length > 0 && (
          <p class="soft">
            {online} of {shown.length} online
          </p>
        )}
      </div>
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.refresh} />}
      <section aria-label="All hosts" aria-busy={shown === undefined}>
        {shown === undefined ? (
          list.problem === undefined && <div class="panel empty soft">Loading …</div>
        ) : shown.length === 0 ? (
          <div class="panel empty">
            <h2>No hosts yet</h2>
            <p class="soft">A host is a machine with an agent. The line below adds one.</p>
          </div>
        ) : (
          <HostList hosts={shown} remove={setLeaving} />
        )}
      </section>
      <AddHost />
      {leaving !== undefined && (
        <Confirm
          title={`Remove ${leaving.name}?`}
          yes="Remove the host"
          no="Keep it"
          act={async () => {
            await removeHost(leaving.name);
            list.refresh();
          }}
          close={() => setLeaving(undefined)}
        >
          <p>
            Slipway forgets the host and its agent's credential. Its agent stops, and deployments that name it
            fail there.
          </p>
          <p class="soft">What was deployed to it stays on it. It can join again with a join token.</p>
        </Confirm>
      )}
    </div>
  );
}

/** `web-2` before `web-10`. */
function byName(one: Host, other: Host): number {
  return one.name.localeCompare(other.name, 'en', { numeric: true });
}
