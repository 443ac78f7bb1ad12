import './list-page.css';
import { useRoute } from 'preact-iso/router';
import { imageService, type Operation, operations } from '../image-api.ts';
import { recipeAddress, ServiceHead } from '../library/index.ts';
import { usePolled } from '../live.ts';
import { ProblemNotice } from '../parts/index.ts';
import { isSplit, summaryOf } from './summary.ts';

/** The operations of one service: what each does, and whether URLs may run it. */
export function RecipesPage() {
  const service = useRoute().params.service ?? '';
  const known = usePolled(`service ${service}`, 30_000, (signal) => imageService(service, signal));
  const list = usePolled(`operations ${service}`, 5000, (signal) => operations(service, signal));
  const problem = known.problem ?? list.problem;
  return (
    <div class="page">
      <ServiceHead service={service} name={known.data?.name} place="operations" title="Operations" />
      {problem !== undefined && <ProblemNotice problem={problem} retry={list.refresh} />}
      <div class="recipes-head">
        <p class="soft">
          An operation is a named recipe. It runs on upload, on demand, and through the public URL of a
          picture: <code>photo.jpg?name</code>.
        </p>
        <a class="button first" href={recipeAddress(service)}>
          New operation
        </a>
      </div>
      <section aria-label="All operations" aria-busy={list.data === undefined}>
        {list.data === undefined ? (
          problem === undefined && <div class="panel empty soft">Loading …</div>
        ) : list.data.length === 0 ? (
          <div class="panel empty">
            <h2>No operations yet</h2>
            <p class="soft">
              Build one from the templates, and see what it makes of a picture before it is saved.
            </p>
          </div>
        ) : (
          <OperationList
            service={service}
            operations={list.data}
            byUrl={known.data?.realtimeService !== false}
          />
        )}
      </section>
    </div>
  );
}

interface OperationListProps {
  readonly service: string;
  readonly operations: readonly Operation[];
  /** Whether the service lets URLs run operations at all. */
  readonly byUrl: boolean;
}

function OperationList({ service, operations: list, byUrl }: OperationListProps) {
  return (
    <div class="panel">
      <table class="table recipes">
        <caption class="unseen">Operations by name</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">What it does</th>
            <th scope="col">By URL</th>
            <th scope="col">Description</th>
          </tr>
        </thead>
        <tbody>
          {list.map((one) => (
            <tr key={one.operationId}>
              <th scope="row">
                <a class="recipe-link" href={recipeAddress(service, one.operationId)}>
                  {one.operationId}
                </a>
              </th>
              <td>
                <ol class="recipe-steps">
                  {one.jobTemplate.map((job) => (
                    <li key={job.templateOperationId}>{summaryOf(job)}</li>
                  ))}
                </ol>
              </td>
              <td data-label="by URL">{urlWord(one, byUrl)}</td>
              <td class="soft">{one.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function urlWord({ realtimeService, jobTemplate }: Operation, byUrl: boolean): string {
  if (isSplit(jobTemplate)) return 'never: it splits';
  if (!byUrl) return 'off for the service';
  return realtimeService ? 'yes' : 'no';
}
