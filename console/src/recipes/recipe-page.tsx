import { useLocation, useRoute } from 'preact-iso/router';
import { imageService, operation } from '../image-api.ts';
import { newRecipe, ServiceHead } from '../library/index.ts';
import { useLive, usePolled } from '../live.ts';
import { ProblemNotice } from '../parts/index.ts';
import { Builder } from './builder.tsx';
import { type Draft, draftOf, emptyDraft } from './draft.ts';

/** One operation, or a new one: its steps, and what they make of a sample picture. */
export function RecipePage() {
  const { query } = useLocation();
  const { service = '', operation: id = '' } = useRoute().params;
  const isNew = id === newRecipe;
  const known = usePolled(`service ${service}`, 60_000, (signal) => imageService(service, signal));
  // Read once: what is being changed must not change by itself.
  const saved = useLive<Draft>(`operation ${service} ${id}`, async (show, signal) => {
    show(isNew ? emptyDraft : draftOf(await operation(service, id, signal)));
  });
  const problem = known.problem ?? saved.problem;
  return (
    <div class="page wide">
      <ServiceHead
        service={service}
        name={known.data?.name}
        place="operations"
        title={isNew ? 'New operation' : id}
      />
      {problem !== undefined && <ProblemNotice problem={problem} retry={saved.refresh} />}
      {saved.data === undefined || known.data === undefined ? (
        problem === undefined && <p class="soft">Loading …</p>
      ) : (
        <Builder
          key={`${service} ${id}`}
          service={known.data}
          saved={saved.data}
          isNew={isNew}
          sample={query.sample ?? ''}
        />
      )}
    </div>
  );
}
