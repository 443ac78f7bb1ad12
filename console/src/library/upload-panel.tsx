import { useEffect, useRef } from 'preact/hooks';
import { bytes } from '../bytes.ts';
import { clearUploads, retryUpload, uploads } from './upload-store.ts';
import { isNameTaken, isUnderWay, tallyOf, type Upload } from './uploads.ts';

/** How many refused or running uploads are listed one by one; the bar above counts all. */
const listed = 100;

/** The uploads of a service: how far they are, what was refused and why. `stored` hears of every one that is stored. */
export function UploadPanel({ service, stored }: { service: string; stored: () => void }) {
  const own = uploads.value.filter((one) => one.service === service);
  const tally = tallyOf(own);
  const before = useRef(tally.stored);
  useEffect(() => {
    if (tally.stored > before.current) stored();
    before.current = tally.stored;
  }, [tally.stored]);
  if (own.length === 0) return null;
  const goesOn = own.some(isUnderWay);
  const told = own.filter((one) => one.state !== 'stored' || one.archive !== undefined).slice(0, listed);
  const words = [
    `${tally.stored} of ${tally.all} uploaded`,
    tally.refused > 0 ? `${tally.refused} refused` : '',
    goesOn ? `${bytes(tally.sentBytes)} of ${bytes(tally.allBytes)}` : '',
  ].filter(Boolean);
  return (
    <section class="panel uploads" aria-label="Uploads">
      <div class="uploads-head">
        <h2>Uploads</h2>
        <p class="soft" role="status">
          {words.join(' · ')}
        </p>
        <button type="button" class="button small" onClick={clearUploads}>
          {goesOn ? 'Clear what is done' : 'Clear'}
        </button>
      </div>
      <progress max={Math.max(1, tally.allBytes)} value={tally.sentBytes} aria-label="All uploads" />
      {told.length > 0 && (
        <ul>
          {told.map((one) => (
            <UploadLine key={one.id} upload={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  const { id, path, size, sent, state, problem, archive } = upload;
  return (
    <li class="upload">
      <span class="upload-path">{path}</span>
      {state === 'sending' && (
        <>
          <progress max={Math.max(1, size)} value={Math.min(sent, size)} aria-label={path} />
          {/* All bytes are there: the server looks at the picture. */}
          <span class="soft">{sent >= size ? 'checking …' : `${Math.floor((sent / size) * 100)} %`}</span>
        </>
      )}
      {state === 'waiting' && <span class="soft">waiting, {bytes(size)}</span>}
      {archive !== undefined && (
        <div class="upload-archive">
          <span>{archive.stored} pictures of it stored</span>
          {archive.refused.map((one) => (
            <span key={one.path} class="upload-problem">
              {one.path}: {one.message}
            </span>
          ))}
        </div>
      )}
      {problem !== undefined && (
        <>
          <span class="upload-problem" role="alert">
            {problem.message}
          </span>
          <span class="upload-ways">
            {isNameTaken(upload) ? (
              <>
                <button type="button" class="button small" onClick={() => retryUpload(id, 'replace')}>
                  Replace<span class="unseen"> {path}</span>
                </button>
                <button type="button" class="button small" onClick={() => retryUpload(id, 'keep-both')}>
                  Keep both<span class="unseen"> of {path}</span>
                </button>
              </>
            ) : (
              <button type="button" class="button small" onClick={() => retryUpload(id)}>
                Try again<span class="unseen"> {path}</span>
              </button>
            )}
          </span>
        </>
      )}
    </li>
  );
}
