import { useState } from 'preact/hooks';

/**
 * A picture that tries one address after the other: a thumbnail that cannot be made must not leave a hole. Where the
 * browser can show none of them, the kind of the picture stands there.
 */
export function TileImage({ sources, kind }: { sources: readonly string[]; kind: string }) {
  const [failures, setFailures] = useState(0);
  const source = sources[failures];
  return (
    <span class="tile-image">
      {source === undefined ? (
        <span class="tile-kind">{kind}</span>
      ) : (
        <img
          src={source}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setFailures((count) => count + 1)}
        />
      )}
    </span>
  );
}
