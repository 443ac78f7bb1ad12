import { useEffect } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router';
import { DeploymentPage } from './deployment/index.ts';
import { DeploymentsPage } from './deployments/index.ts';
import { HostsPage } from './hosts/index.ts';
import { lazyPage } from './lazy-page.tsx';
import { LoginPage, loginAddress } from './login/index.ts';
import { NotFoundPage } from './not-found.tsx';
import { ProblemNotice, Shell } from './parts/index.ts';
import { restoreSession, sessionProblem, user } from './session.ts';

const ImagesPage = lazyPage(async () => (await import('./library/index.ts')).ImagesPage);
const LibraryPage = lazyPage(async () => (await import('./library/index.ts')).LibraryPage);
const RecipesPage = lazyPage(async () => (await import('./recipes/index.ts')).RecipesPage);
const ScopesPage = lazyPage(async () => (await import('./scopes/index.ts')).ScopesPage);
const ScopePage = lazyPage(async () => (await import('./scopes/index.ts')).ScopePage);
const VersionPage = lazyPage(async () => (await import('./scopes/index.ts')).VersionPage);
const DeployPage = lazyPage(async () => (await import('./scopes/index.ts')).DeployPage);
const RecipePage = lazyPage(async () => (await import('./recipes/index.ts')).RecipePage);

/** The whole console. Pages are below `/console/`; everything else on the origin is not its business. */
export function App() {
  return (
    <LocationProvider scope="/console">
      <Pages />
    </LocationProvider>
  );
}

function Pages() {
  const { path, url, route } = useLocation();
  const atLogin = path === '/console/login';
  const home = path === '/console';
  const someone = user.value;

  useEffect(() => {
    if (someone === null && !atLogin) route(loginAddress(url), true);
    else if (someone && home) route('/console/deployments', true);
  }, [someone, atLogin, home, url]);

  if (atLogin) return <LoginPage />;
  if (!someone) {
    const problem = sessionProblem.value;
    return (
      <Shell>{problem !== undefined && <ProblemNotice problem={problem} retry={restoreSession} />}</Shell>
    );
  }
  return (
    <Shell>
      {!home && (
        <Router>
          <Route path="/console/deployments" component={DeploymentsPage} />
          <Route path="/console/deployments/:id" component={DeploymentPage} />
          <Route path="/console/hosts" component={HostsPage} />
          <Route path="/console/scopes" component={ScopesPage} />
          <Route path="/console/scopes/:id" component={ScopePage} />
          <Route path="/console/scopes/:id/deploy" component={DeployPage} />
          <Route path="/console/scopes/:id/deployments/:deployment" component={VersionPage} />
          <Route path="/console/images" component={ImagesPage} />
          <Route path="/console/images/:service" component={LibraryPage} />
          <Route path="/console/images/:service/operations" component={RecipesPage} />
          <Route path="/console/images/:service/operations/:operation" component={RecipePage} />
          <Route default component={NotFoundPage} />
        </Router>
      )}
    </Shell>
  );
}
