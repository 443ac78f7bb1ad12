import type { ImageService } from '../image-api.ts';
import { CopyLine } from '../parts/index.ts';
import type { Draft } from './draft.ts';

interface NameFieldsProps {
  readonly service: ImageService;
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly change: (part: Partial<Draft>) => void;
}

/** How an operation is called, and whether URLs may run it. */
export function NameFields({ service, draft, isNew, change }: NameFieldsProps) {
  const splits = draft.steps.some(({ template }) => template.kind === 'split');
  const name = draft.id.trim();
  return (
    <section class="panel builder-part" aria-labelledby="recipe-name">
      <h2 id="recipe-name">{isNew ? 'New operation' : draft.id}</h2>
      <div class="builder-row">
        {isNew && (
          <div class="field">
            <label for="recipe-id">Name</label>
            <input
              id="recipe-id"
              class="input fixed"
              value={draft.id}
              required
              maxLength={20}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              aria-describedby="recipe-name-hint"
              onInput={({ currentTarget }) => change({ id: currentTarget.value })}
            />
            <span class="hint" id="recipe-name-hint">
              Letters, digits and hyphens, at most 20
            </span>
          </div>
        )}
        <label class="field">
          Description
          <input
            class="input"
            value={draft.description}
            maxLength={30}
            autocomplete="off"
            onInput={({ currentTarget }) => change({ description: currentTarget.value })}
          />
        </label>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.realtime}
          onChange={({ currentTarget }) => change({ realtime: currentTarget.checked })}
        />
        URLs may run it
      </label>
      {splits ? (
        <p class="soft">It splits pictures: URLs never run such an operation, uploads and the API do.</p>
      ) : draft.realtime && !service.realtimeService ? (
        <p class="soft">URLs run no operations of this service: its switch is off.</p>
      ) : (
        draft.realtime &&
        name !== '' && (
          <CopyLine line={`${service.url}/path/to/photo.jpg?${name}`} name="the form of the URL" />
        )
      )}
    </section>
  );
}
