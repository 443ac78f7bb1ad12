import { useLocation } from 'preact-iso/router';
import { PageTitle } from './parts/index.ts';

/** What an address below `/console/` shows that names no page. */
export function NotFoundPage() {
  const { path } = useLocation();
  return (
    <div class="page">
      <PageTitle>No such page</PageTitle>
      <p>
        The console has no page at <code>{path}</code>. Its pages are{' '}
        <a href="/console/deployments">the deployments</a>, <a href="/console/hosts">the hosts</a> and{' '}
        <a href="/console/images">the images</a>.
      </p>
    </div>
  );
}
