import { Choice, Words } from '../parts/index.ts';
import type { View } from './query.ts';

/** What of a folder is shown, and in which order. */
export function FilterBar({ view, change }: { view: View; change: (part: Partial<View>) => void }) {
  return (
    <search aria-label="Folder">
      <form class="library-filters" onSubmit={(event) => event.preventDefault()}>
        <Words
          label="Name"
          value={view.name}
          placeholder="Part of a name in this folder"
          set={(name) => change({ name })}
        />
        <Choice
          label="Pictures"
          value={view.kind}
          set={(kind) => change({ kind })}
          options={{ uploaded: 'Uploaded', made: 'Made by operations', all: 'All' }}
        />
        <Choice
          label="Order"
          value={view.order}
          set={(order) => change({ order })}
          options={{
            name: 'Name, A to Z',
            backwards: 'Name, Z to A',
            newest: 'Newest first',
            oldest: 'Oldest first',
          }}
        />
      </form>
    </search>
  );
}
