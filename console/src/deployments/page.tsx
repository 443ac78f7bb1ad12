import './page.css';
import { useLocation } from 'preact-iso/router';
import { dialects, rollouts } from '../api.ts';
import { usePolled } from '../live.ts';
import { PageTitle, ProblemNotice } from '../parts/index.ts';
import { serverNow } from '../request.ts';
import { user } from '../session.ts';
import { FilterForm } from './filter-form.tsx';
import { DeploymentList } from './list.tsx';
import { addressOf, type Filters, filtersOf, pageSize, queryOf, unfiltered } from './query.ts';

/** All deployments, whoever asked for them and in whichever dialect; the newest first, refreshed while one looks. */
export function DeploymentsPage() {
  const { query, route } = useLocation();
  const filters = filtersOf(query);
  const key = addressOf(filters);
  const list = usePolled(key, 2000, (signal) => rollouts(queryOf(filters, serverNow()), signal));
  const known = usePolled('dialects', 600_000, dialects);
  const shown = list.data?.slice(0, pageSize);
  const older = list.data !== undefined && list.data.length > pageSize ? shown?.at(-1)?.id : undefined;
  const people = new Set([user.value?.name ?? '', ...(shown ?? []).map(({ requestedBy }) => requestedBy)]);
  const change = (next: Filters) => route(addressOf(next), true);

  return (
    <div class="page">
      <PageTitle>Deployments</PageTitle>
      <FilterForm
        filters={filters}
        dialects={known.data ?? []}
        people={[...people].filter(Boolean).sort()}
        change={change}
      />
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.refresh} />}
      <section aria-label="Deployments found" aria-busy={shown === undefined}>
        {shown === undefined ? (
          list.problem === undefined && <Placeholder />
        ) : shown.length === 0 ? (
          <Nothing filters={filters} />
        ) : (
          <DeploymentList rollouts={shown} />
        )}
      </section>
      {(older !== undefined || filters.before !== '') && (
        <nav class="pager" aria-label="Pages">
          {filters.before !== '' && (
            <a class="button" href={addressOf({ ...filters, before: '' })}>
              Newest
            </a>
          )}
          {older !== undefined && (
            <a class="button" href={addressOf({ ...filters, before: older })}>
              Older
            </a>
          )}
        </nav>
      )}
    </div>
  );
}

/** As high as a few rows: what comes does not push the page around much. */
function Placeholder() {
  return <div class="panel empty placeholder soft">Loading …</div>;
}

function Nothing({ filters }: { filters: Filters }) {
  if (unfiltered(filters)) {
    return (
      <div class="panel empty">
        <h2>{filters.before === '' ? 'No deployments yet' : 'No older deployments'}</h2>
        <p class="soft">
          {filters.before === ''
            ? `Point a pipeline that deploys today at ${location.origin}: what it deploys appears here.`
            : 'This is the end of the list.'}
        </p>
      </div>
    );
  }
  return (
    <div class="panel empty">
      <h2>No deployment fits</h2>
      <p class="soft">No deployment that you may see fits all of these filters.</p>
      <a class="button" href={addressOf({})}>
        Clear the filters
      </a>
    </div>
  );
}
