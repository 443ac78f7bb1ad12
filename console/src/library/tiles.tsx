import { useEffect, useRef } from 'preact/hooks';
import { bytes } from '../bytes.ts';
import type { FolderListing, ImageFile, ImageFolder } from '../image-api.ts';
import { libraryAddress, type View } from './query.ts';
import { thumbnailSources } from './thumbnail.ts';
import { TileImage } from './tile-image.tsx';

interface TilesProps {
  readonly service: string;
  readonly view: View;
  readonly listing: FolderListing;
  /** The operation that makes thumbnails, if there is one. */
  readonly thumbnail: string | undefined;
  /** The picture that gets the focus back, because its details were closed. */
  readonly focused: string;
  readonly open: (id: string) => void;
}

/** What a folder holds: its folders, then its pictures. */
export function Tiles({ service, view, listing, thumbnail, focused, open }: TilesProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused !== '') list.current?.querySelector<HTMLElement>(`[data-file="${focused}"]`)?.focus();
  }, [focused]);
  const { folders, files } = listing;
  if (folders.length === 0 && files.length === 0) return <Nothing view={view} service={service} />;
  return (
    <div class="tiles-lists" ref={list}>
      {folders.length > 0 && (
        <ul class="folders" aria-label="Folders">
          {folders.map((folder) => (
            <FolderTile key={folder.id} folder={folder} service={service} view={view} />
          ))}
        </ul>
      )}
      {files.length > 0 && (
        <ul class="tiles" aria-label="Pictures">
          {files.map((file) => (
            <FileTile
              key={file.id}
              file={file}
              address={libraryAddress(service, { ...view, file: file.id })}
              isOpen={view.file === file.id}
              thumbnail={thumbnail}
              open={open}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function FolderTile({ folder, service, view }: { folder: ImageFolder; service: string; view: View }) {
  const address = libraryAddress(service, { ...view, folder: folder.path, file: '', name: '', page: 1 });
  return (
    <li>
      <a class="folder-tile" href={address}>
        <svg class="icon folder-icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1 3.5A1.5 1.5 0 0 1 2.5 2h3.2l1.6 2h6.2A1.5 1.5 0 0 1 15 5.5v7A1.5 1.5 0 0 1 13.5 14h-11A1.5 1.5 0 0 1 1 12.5Z" />
        </svg>
        {folder.name}
      </a>
    </li>
  );
}

interface FileTileProps {
  readonly file: ImageFile;
  readonly address: string;
  readonly isOpen: boolean;
  readonly thumbnail: string | undefined;
  readonly open: (id: string) => void;
}

function FileTile({ file, address, isOpen, thumbnail, open }: FileTileProps) {
  const { width, height } = file.imageProperty;
  const sources = thumbnailSources(file, thumbnail);
  return (
    <li>
      <a
        class="tile"
        href={address}
        data-file={file.id}
        aria-current={isOpen ? 'true' : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          // Details open beside the tiles: the page neither moves nor becomes another one.
          event.preventDefault();
          open(file.id);
        }}
      >
        <TileImage key={sources[0]} sources={sources} kind={extensionOf(file.name)} />
        <span class="tile-name">{file.name}</span>
        <span class="tile-facts">
          {width} × {height} · {bytes(file.bytes)}
          {file.createdBy === 'P' && <span class="chip">{file.operationId}</span>}
        </span>
      </a>
    </li>
  );
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toUpperCase();
}

function Nothing({ view, service }: { view: View; service: string }) {
  const isFiltered = view.name !== '' || view.page > 1;
  if (isFiltered) {
    return (
      <div class="panel empty library-wait">
        <h2>Nothing fits</h2>
        <p class="soft">No folder or picture in {view.folder} fits what is searched for.</p>
        <a class="button" href={libraryAddress(service, { ...view, name: '', page: 1 })}>
          Show all of the folder
        </a>
      </div>
    );
  }
  return (
    <div class="panel empty library-wait">
      <h2>{view.kind === 'made' ? 'Nothing made here yet' : 'Nothing here yet'}</h2>
      <p class="soft">
        {view.kind === 'made'
          ? 'What operations make of the pictures in this folder appears here.'
          : 'Drop pictures anywhere on this page, or choose them with “Upload …”. Archives (.zip) are unpacked.'}
      </p>
    </div>
  );
}
