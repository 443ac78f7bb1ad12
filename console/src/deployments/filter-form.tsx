import { useState } from 'preact/hooks';
import { Choice, Day, Words } from '../parts/index.ts';
import type { Filters } from './query.ts';

interface FilterForm {
  readonly filters: Filters;
  readonly dialects: readonly string[];
  /** Names to choose from for who asked; others can be typed. */
  readonly people: readonly string[];
  readonly change: (filters: Filters) => void;
}

/** The filters of the list. Choices work at once, typed words when the typing pauses; the address follows. */
export function FilterForm({ filters, dialects, people, change }: FilterForm) {
  const [more, setMore] = useState(false);
  const set = (part: Partial<Filters>) => change({ ...filters, ...part, before: '' });
  // A dialect that the address names stays chosen, also while the list of all is on its way.
  const offered =
    dialects.includes(filters.dialect) || filters.dialect === '' ? dialects : [...dialects, filters.dialect];
  const active = [filters.state, filters.dialect, filters.who, filters.when].filter(Boolean).length;
  return (
    <search aria-label="Deployments">
      <form class={more ? 'filters more' : 'filters'} onSubmit={(event) => event.preventDefault()}>
        <Words
          label="Title"
          value={filters.text}
          placeholder="Words of the title"
          set={(text) => set({ text })}
        />
        <button
          type="button"
          class="button filters-more"
          aria-expanded={more}
          aria-controls="more-filters"
          onClick={() => setMore(!more)}
        >
          Filters{active > 0 && `: ${active}`}
        </button>
        <div class="filters-rest" id="more-filters">
          <Choice
            label="State"
            value={filters.state}
            set={(state) => set({ state })}
            options={{
              '': 'Every state',
              active: 'Under way',
              succeeded: 'Succeeded',
              failed: 'Failed',
              cancelled: 'Cancelled',
            }}
          />
          <Choice
            label="Dialect"
            value={filters.dialect}
            set={(dialect) => set({ dialect })}
            options={{ '': 'Every dialect', ...Object.fromEntries(offered.map((name) => [name, name])) }}
          />
          <Words
            label="Who"
            value={filters.who}
            placeholder="Whole name"
            suggestions={people}
            set={(who) => set({ who })}
          />
          <Choice
            label="When"
            value={filters.when}
            set={(when) => set({ when })}
            options={{
              '': 'Any time',
              hour: 'The last hour',
              day: 'The last 24 hours',
              week: 'The last 7 days',
              month: 'The last 30 days',
              between: 'Between two days …',
            }}
          />
          {filters.when === 'between' && (
            <>
              <Day label="From" value={filters.from} set={(from) => set({ from })} />
              <Day label="To" value={filters.to} set={(to) => set({ to })} />
            </>
          )}
        </div>
      </form>
    </search>
  );
}
