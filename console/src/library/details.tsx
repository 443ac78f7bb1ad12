import './details.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytes } from '../bytes.ts';
import { deleteFile, type FileDetails, fileDetails, type MadeFile } from '../image-api.ts';
import { usePolled } from '../live.ts';
import { Confirm, CopyLine, Moment, ProblemNotice } from '../parts/index.ts';
import { roomy } from '../surroundings.ts';
import { recipeAddress } from './query.ts';
import { thumbnailSources } from './thumbnail.ts';
import { TileImage } from './tile-image.tsx';

interface DetailsProps {
  readonly service: string;
  readonly file: string;
  readonly thumbnail: string | undefined;
  readonly close: () => void;
  /** Shows another picture instead. */
  readonly open: (id: string) => void;
  readonly removed: () => void;
}

/** All about one picture; beside the tiles, or over them where there is no room. */
export function Details({ service, file, thumbnail, close, open, removed }: DetailsProps) {
  const live = usePolled(`file ${service} ${file}`, 3000, (signal) => fileDetails(service, file, signal));
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // As a sheet the panel covers what was pressed: the keys go on in it.
    if (!roomy.value) section.current?.focus();
  }, []);
  const about = live.data;
  return (
    <section
      class="panel details"
      ref={section}
      tabIndex={-1}
      aria-label={about === undefined ? 'Details' : `Details of ${about.name}`}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header class="details-head">
        <h2>{about?.name ?? 'Loading …'}</h2>
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </header>
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      {about !== undefined && (
        <About service={service} about={about} thumbnail={thumbnail} open={open} removed={removed} />
      )}
    </section>
  );
}

type AboutProps = Pick<DetailsProps, 'service' | 'thumbnail' | 'open' | 'removed'> & {
  readonly about: FileDetails;
};

function About({ service, about, thumbnail, open, removed }: AboutProps) {
  const [asks, setAsks] = useState(false);
  const [withMade, setWithMade] = useState(true);
  const { path, url, source, made } = about;
  const sources = thumbnailSources(
    {
      url,
      bytes: about.bytes,
      createdBy: about.operation === null ? 'U' : 'P',
      updatedAt: String(about.updatedAt),
    },
    thumbnail,
  );
  return (
    <>
      <a class="details-picture" href={url} target="_blank" rel="noreferrer">
        <TileImage key={sources[0]} sources={sources} kind={about.format.toUpperCase()} />
        <span class="unseen">Open {about.name} in a new window</span>
      </a>
      <Facts about={about} />
      <div class="details-part">
        <h3>Public URL</h3>
        <CopyLine line={url} name="the public URL" />
      </div>
      {source !== null && (
        <p>
          Made of{' '}
          <button type="button" class="link" onClick={() => open(source.id)}>
            {source.path}
          </button>
        </p>
      )}
      {about.operation === null && (
        <div class="details-part">
          <h3>Made of it</h3>
          {made.length === 0 ? <p class="soft">Nothing yet.</p> : <MadeList made={made} open={open} />}
        </div>
      )}
      <div class="details-ways">
        {about.operation === null && (
          <a class="button" href={recipeAddress(service, undefined, path)}>
            Try operations on it
          </a>
        )}
        <button type="button" class="button harm" onClick={() => setAsks(true)}>
          Delete …
        </button>
      </div>
      {asks && (
        <Confirm
          title={`Delete ${about.name}?`}
          yes="Delete the picture"
          no="Keep it"
          act={async () => {
            await deleteFile(service, about.id, withMade && made.length > 0);
            removed();
          }}
          close={() => setAsks(false)}
        >
          <p>Its public URL answers 404 from then on. There is no way back.</p>
          {made.length > 0 && (
            <label class="check">
              <input
                type="checkbox"
                checked={withMade}
                onChange={({ currentTarget }) => setWithMade(currentTarget.checked)}
              />
              Also delete the {made.length === 1 ? 'picture' : `${made.length} pictures`} made of it
            </label>
          )}
        </Confirm>
      )}
    </>
  );
}

function Facts({ about }: { about: FileDetails }) {
  const { width, height, frames, takenAt, coordinate } = about;
  return (
    <dl class="details-facts">
      <dt>Size</dt>
      <dd>
        {width} × {height} pixels{frames > 1 && `, ${frames} frames`}
      </dd>
      <dt>Format</dt>
      <dd>
        {about.format.toUpperCase()}, {bytes(about.bytes)}
      </dd>
      <dt>Taken</dt>
      <dd>{takenAt === null ? 'not said in the picture' : <Moment at={takenAt} inFull />}</dd>
      {coordinate !== null && (
        <>
          <dt>Place</dt>
          <dd>
            {coordinate.latitude.toFixed(4)}, {coordinate.longitude.toFixed(4)}
          </dd>
        </>
      )}
      <dt>Changed</dt>
      <dd>
        <Moment at={about.updatedAt} />
      </dd>
      {about.operation !== null && (
        <>
          <dt>Operation</dt>
          <dd>{about.operation}</dd>
        </>
      )}
      <dt>Path</dt>
      <dd class="fixed">{about.path}</dd>
    </dl>
  );
}

function MadeList({ made, open }: { made: readonly MadeFile[]; open: (id: string) => void }) {
  return (
    <ul class="made-list">
      {made.map((one) => (
        <li key={one.id}>
          <button type="button" class="link" onClick={() => open(one.id)}>
            {one.name}
          </button>
          <span class="soft">
            {one.width} × {one.height}, {bytes(one.bytes)}
            {!one.current && ' · of a former content'}
          </span>
        </li>
      ))}
    </ul>
  );
}
