import { Moment } from '../parts/index.ts';
import type { PastDeployment, ScopeMessage, ScopeView } from '../scope-api.ts';
import { StateBadge } from './state-badge.tsx';
import { deploymentWords } from './words.ts';

/** A scope in which nothing is rolled out: what serves it, how the last try ended, and the way to the next one. */
export function QuietPanel({ scope }: { scope: ScopeView }) {
  const { active, mayDeploy, history, messages } = scope;
  const [last] = history;
  return (
    <section class="panel rollout" aria-labelledby="rollout-title">
      <div class="rollout-head">
        <h2 id="rollout-title">
          {active === null ? (
            'Nothing is deployed here'
          ) : (
            <>
              <span class="fixed">{active.semver}</span> serves all requests
            </>
          )}
        </h2>
        {mayDeploy && (
          <div class="rollout-ends">
            <a class="button first" href={`/console/scopes/${scope.id}/deploy`}>
              Deploy a release …
            </a>
          </div>
        )}
      </div>
      <p class="soft">
        {active === null
          ? scope.hosts.length > 0
            ? 'The address answers 404 until a release is deployed to this scope.'
            : 'Nobody answers at the address until a release is deployed to this scope.'
          : 'No other version is rolled out.'}
      </p>
      {last !== undefined && isFailed(last) && (
        <LastTry scopeId={scope.id} last={last} why={reasonOf(last, messages)} />
      )}
      {active !== null && (
        <dl class="facts">
          <div>
            <dt>Deployment</dt>
            <dd class="fixed">
              <a href={`/console/scopes/${scope.id}/deployments/${active.id}`}>{active.id}</a>
            </dd>
          </div>
          <div>
            <dt>Asked</dt>
            <dd>
              <Moment at={active.createdAt} inFull />
            </dd>
          </div>
          {active.description !== null && active.description !== '' && (
            <div>
              <dt>Description</dt>
              <dd>{active.description}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}

interface LastTryProps {
  readonly scopeId: number;
  readonly last: PastDeployment;
  readonly why: string | undefined;
}

function LastTry({ scopeId, last, why }: LastTryProps) {
  return (
    <div class="last-try">
      <StateBadge words={deploymentWords(last.status)} name={last.status} />
      <p>
        The last deployment, of <span class="fixed">{last.semver}</span> <Moment at={last.createdAt} />, does
        not serve.{why !== undefined && ` ${why}.`}
      </p>
      <a href={`/console/scopes/${scopeId}/deployments/${last.id}`}>What it did and wrote</a>
    </div>
  );
}

/** Whether the deployment ended without ever serving the scope. */
function isFailed({ status }: PastDeployment): boolean {
  return ['creating_approval_denied', 'cancelled', 'rolled_back', 'failed'].includes(status);
}

/** What was said last of why it ended: an error, or what stands behind the status. */
function reasonOf({ id, status }: PastDeployment, messages: readonly ScopeMessage[]): string | undefined {
  const own = messages.filter(({ deploymentId }) => deploymentId === id);
  const error = own.findLast(({ level }) => level === 'ERROR')?.message;
  const [, behind] =
    own.findLast(({ message }) => message.startsWith(`Status: ${status}. `))?.message.split(/\. (.*)/) ?? [];
  return (error ?? behind)?.replace(/\.$/, '');
}
