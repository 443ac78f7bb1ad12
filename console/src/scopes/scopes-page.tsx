import './scopes-page.css';
import { useLocation } from 'preact-iso/router';
import { usePolled } from '../live.ts';
import { Choice, Pager, PageTitle, ProblemNotice, Table, Words } from '../parts/index.ts';
import { type Application, type Organization, overview, type ScopeRow } from '../scope-api.ts';
import { addressOf, type ListView, pageSize, viewOf } from './query.ts';
import { StateBadge } from './state-badge.tsx';
import { TrafficBar } from './traffic-bar.tsx';
import { WaitingPanel } from './waiting-panel.tsx';
import { deploymentWords, scopeWords } from './words.ts';

/** Every scope that one may see, with what serves it and what is rolled out in it; above them what waits for one. */
export function ScopesPage() {
  const { query, route } = useLocation();
  const view = viewOf(query);
  const { text, underWay, page } = view;
  const list = usePolled(addressOf(view), 2000, (signal) =>
    overview({ text: text.trim(), underWay, offset: (page - 1) * pageSize, limit: pageSize }, signal),
  );
  const change = (part: Partial<ListView>) => route(addressOf({ ...view, page: 1, ...part }), true);
  const isFiltered = text.trim() !== '' || underWay;
  return (
    <div class="page">
      <PageTitle>Scopes</PageTitle>
      <WaitingPanel />
      <search aria-label="Scopes">
        <form class="scope-filters" onSubmit={(event) => event.preventDefault()}>
          <Words
            label="Find"
            value={text}
            placeholder="Names of scope, application, account …"
            set={(next) => change({ text: next })}
          />
          <Choice
            label="State"
            value={underWay ? 'under-way' : ''}
            set={(next) => change({ underWay: next === 'under-way' })}
            options={{ '': 'Every state', 'under-way': 'With a rollout' }}
          />
        </form>
      </search>
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.refresh} />}
      <div class="organizations" aria-busy={list.data === undefined}>
        {list.data === undefined ? (
          list.problem === undefined && <div class="panel empty soft">Loading …</div>
        ) : list.data.organizations.length === 0 ? (
          <NoScopes isFiltered={isFiltered || page > 1} />
        ) : (
          list.data.organizations.map((organization) => (
            <OrganizationSection key={organization.id} organization={organization} />
          ))
        )}
      </div>
      <Pager
        page={page}
        pages={Math.ceil((list.data?.total ?? 0) / pageSize)}
        addressOf={(next) => addressOf({ ...view, page: next })}
      />
    </div>
  );
}

function OrganizationSection({ organization }: { organization: Organization }) {
  const title = `organization-${organization.id}`;
  return (
    <section class="organization" aria-labelledby={title}>
      <h2 id={title}>{organization.name}</h2>
      {organization.applications.length === 0 && <p class="soft">No applications.</p>}
      {organization.applications.map((application) => (
        <ApplicationPanel key={application.id} application={application} />
      ))}
    </section>
  );
}

function ApplicationPanel({ application }: { application: Application }) {
  return (
    <article class="panel application">
      <h3>
        <span class="soft">
          {application.account} / {application.namespace} /{' '}
        </span>
        {application.name}
      </h3>
      {application.scopes.length === 0 ? (
        <p class="soft application-empty">No scopes.</p>
      ) : (
        <Table
          caption={`Scopes of ${application.name}`}
          kind="scopes"
          columns={['Scope', 'State', 'Serves', 'Rolled out', 'Traffic']}
        >
          {application.scopes.map((scope) => (
            <ScopeLine key={scope.id} scope={scope} />
          ))}
        </Table>
      )}
    </article>
  );
}

function ScopeLine({ scope }: { scope: ScopeRow }) {
  const { active, inProgress } = scope;
  return (
    <tr>
      <th scope="row">
        <a class="row-link" href={`/console/scopes/${scope.id}`}>
          {scope.name}
        </a>
      </th>
      <td>
        <StateBadge words={scopeWords(scope.status)} name={scope.status} />
      </td>
      <td data-label="serves" class="fixed">
        {active?.semver ?? '–'}
      </td>
      <td data-label="rolled out">
        {inProgress === null ? (
          '–'
        ) : (
          <>
            <span class="fixed">{inProgress.semver}</span>{' '}
            <span class="soft">{deploymentWords(inProgress.status).word.toLowerCase()}</span>
          </>
        )}
      </td>
      <td class="scope-traffic">
        <TrafficBar active={active} inProgress={inProgress} />
      </td>
    </tr>
  );
}

function NoScopes({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <div class="panel empty">
        <h2>No scope fits</h2>
        <p class="soft">No scope that you may see fits all of this.</p>
        <a class="button" href="/console/scopes">
          Show all scopes
        </a>
      </div>
    );
  }
  return (
    <div class="panel empty">
      <h2>No scopes</h2>
      <p class="soft">
        A scope is a place that an application is deployed to, with an address. Declare an organization below{' '}
        <code>nullplatform</code> and apply the file with <code>slipway apply</code>, or ask for a grant on
        one that is there.
      </p>
    </div>
  );
}
