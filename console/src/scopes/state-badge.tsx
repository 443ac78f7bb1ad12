import type { Words } from './words.ts';

/** A state as a coloured word with a dot. */
export function StateBadge({ words, name }: { words: Words; name: string }) {
  return (
    <span class={`status badge tone-${words.tone}`} data-state={name}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5" fill="currentColor" />
      </svg>
      {words.word}
    </span>
  );
}
