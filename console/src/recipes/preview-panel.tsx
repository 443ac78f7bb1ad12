import { useState } from 'preact/hooks';
import { bytes } from '../bytes.ts';
import type { ImageFile, ImageService, Preview, PreviewFacts } from '../image-api.ts';
import { libraryAddress } from '../library/index.ts';
import { Choice, ProblemNotice } from '../parts/index.ts';
import { changeOf } from './summary.ts';
import type { Trial } from './use-preview.ts';

interface PreviewPanelProps {
  readonly service: ImageService;
  readonly trial: Trial;
  /** Nothing to try yet. */
  readonly isEmpty: boolean;
}

/** What the steps make of a sample, beside the sample. */
export function PreviewPanel({ service, trial, isEmpty }: PreviewPanelProps) {
  const { samples, sample, choose, result, isBusy, problem } = trial;
  const paths = [...new Set([sample, ...(samples ?? []).map(({ path }) => path)])].filter(Boolean);
  const untried = samples?.find(({ path }) => path === sample);
  return (
    <section class="panel builder-part preview" aria-labelledby="preview" aria-busy={isBusy}>
      <div class="preview-head">
        <h2 id="preview">Preview</h2>
        <p class="soft" role="status">
          {isBusy ? 'Trying …' : result === undefined ? '' : madeWords(result)}
        </p>
      </div>
      {samples !== undefined && paths.length === 0 ? (
        <p class="soft">
          There is no picture to try it on. <a href={libraryAddress(service.id)}>Upload one</a> first.
        </p>
      ) : (
        paths.length > 0 && (
          <Choice
            label="Sample picture"
            value={sample}
            set={choose}
            options={Object.fromEntries(paths.map((path) => [path, path]))}
          />
        )
      )}
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {isEmpty && untried !== undefined && (
        <>
          <p class="soft">Add a step, and see here what it makes of this picture.</p>
          <Picture
            title="Original"
            name={untried.name}
            picture={factsOf(untried)}
            image={`${untried.url}?v`}
          />
        </>
      )}
      {result !== undefined && (
        <div class={isBusy || problem !== undefined ? 'preview-pair former' : 'preview-pair'}>
          <Picture
            title="Original"
            name={result.source.name}
            picture={result.source}
            image={`${result.source.url}?v`}
          />
          <div class="preview-pieces">
            {result.pieces.map((piece, index) => (
              <Picture
                key={index}
                title={result.count === 1 ? 'Result' : `Piece ${index + 1}`}
                picture={piece}
                image={piece.image}
                before={result.count === 1 ? result.source.bytes : undefined}
              />
            ))}
            {result.count > result.pieces.length && (
              <p class="soft">and {result.count - result.pieces.length} more pieces</p>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

/** Of a listed picture; its name tells the format as well as a listing does. */
function factsOf({ name, bytes: size, imageProperty }: ImageFile): PreviewFacts {
  return { ...imageProperty, bytes: size, format: name.slice(name.lastIndexOf('.') + 1) };
}

function madeWords({ count, pieces }: Preview): string {
  const [piece] = pieces;
  return count === 1 && piece !== undefined ? `${piece.width} × ${piece.height}` : `${count} pieces`;
}

interface PictureProps {
  readonly title: string;
  readonly name?: string;
  readonly picture: PreviewFacts;
  readonly image: string | null;
  /** The bytes of what it was made of. */
  readonly before?: number | undefined;
}

function Picture({ title, name, picture, image, before }: PictureProps) {
  const [failed, setFailed] = useState<string>();
  const { width, height, format, bytes: size } = picture;
  return (
    <figure class="preview-picture">
      <figcaption>
        <span class="preview-name">
          <strong>{title}</strong> {name}
        </span>
        <span class="soft">
          {width} × {height} · {format.toUpperCase()} · {bytes(size)}{' '}
          {before !== undefined && changeOf(before, size)}
        </span>
      </figcaption>
      <div class="preview-ground">
        {image === null || failed === image ? (
          <p class="soft">
            {image === null ? 'Too large to be shown here' : `This browser shows no ${format.toUpperCase()}`}
          </p>
        ) : (
          <img src={image} alt={title} onError={() => setFailed(image)} />
        )}
      </div>
    </figure>
  );
}
