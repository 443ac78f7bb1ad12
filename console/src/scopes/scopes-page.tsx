import './scopes-page.css';
import { usePolled } from '../live.ts';
import { PageTitle, ProblemNotice } from '../parts/index.ts';
import { type Application, type Organization, organizations, type ScopeRow } from '../scope-api.ts';
import { StateBadge } from './state-badge.tsx';
import { TrafficBar } from './traffic-bar.tsx';
import { deploymentWords, scopeWords } from './words.ts';

/** Every scope that one may see, with what serves it and what is rolled out in it. */
export function ScopesPage() {
  const list = usePolled('scopes', 2000, organizations);
  return (
    <div class="page">
      <PageTitle>Scopes</PageTitle>
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.refresh} />}
      <div class="organizations" aria-busy={list.data === undefined}>
        {list.data === undefined ? (
          list.problem === undefined && <div class="panel empty soft">Loading …</div>
        ) : list.data.length === 0 ? (
          <NoScopes />
        ) : (
          list.data.map((organization) => (
            <OrganizationSection key={organization.id} organization={organization} />
          ))
        )}
      </div>
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
        <table class="table scopes">
          <caption class="unseen">Scopes of {application.name}</caption>
          <thead>
            <tr>
              <th scope="col">Scope</th>
              <th scope="col">State</th>
              <th scope="col">Serves</th>
              <th scope="col">Rolled out</th>
              <th scope="col">Traffic</th>
            </tr>
          </thead>
          <tbody>
            {application.scopes.map((scope) => (
              <ScopeLine key={scope.id} scope={scope} />
            ))}
          </tbody>
        </table>
      )}
    </article>
  );
}

function ScopeLine({ scope }: { scope: ScopeRow }) {
  const { active, inProgress } = scope;
  return (
    <tr>
      <th scope="row">
        <a class="scope-link" href={`/console/scopes/${scope.id}`}>
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

function NoScopes() {
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
