import { useRef, useState } from 'preact/hooks';
import { bytes } from '../bytes.ts';
import { deleteFolder, type FolderProperties } from '../image-api.ts';
import { Confirm } from '../parts/index.ts';
import { NewFolder } from './new-folder.tsx';
import { crumbsOf, folderOf, libraryAddress, type View } from './query.ts';

interface FolderBarProps {
  readonly service: string;
  /** What the root is called. */
  readonly root: string;
  readonly view: View;
  readonly about: FolderProperties | undefined;
  readonly add: (files: readonly File[]) => void;
  readonly go: (part: Partial<View>) => void;
  readonly refresh: () => void;
}

/** Where one is, what is there in all, and what can be done with it. */
export function FolderBar({ service, root, view, about, add, go, refresh }: FolderBarProps) {
  const { folder } = view;
  const [asked, setAsked] = useState<'new' | 'delete'>();
  const chooser = useRef<HTMLInputElement>(null);
  const crumbs = crumbsOf(folder, root);
  const isRoot = folder === '/';
  return (
    <div class="folder-bar">
      <nav class="crumbs" aria-label="Folder">
        <ol>
          {crumbs.map(({ name, path }) => (
            <li key={path}>
              <a
                href={libraryAddress(service, { ...view, folder: path, file: '', name: '', page: 1 })}
                aria-current={path === folder ? 'location' : undefined}
              >
                {name}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <p class="folder-facts soft">{about === undefined ? ' ' : factsOf(about)}</p>
      <div class="folder-tools">
        <input
          ref={chooser}
          class="unseen"
          type="file"
          multiple
          tabIndex={-1}
          aria-hidden="true"
          accept="image/*,.bmp,.tif,.tiff,.miff,.jng,.mng,.jps,.pjpeg,.zip"
          onChange={({ currentTarget }) => {
            add([...(currentTarget.files ?? [])]);
            // So that the same file can be chosen again.
            currentTarget.value = '';
          }}
        />
        <button type="button" class="button first" onClick={() => chooser.current?.click()}>
          Upload …
        </button>
        <button type="button" class="button" onClick={() => setAsked('new')}>
          New folder …
        </button>
        {!isRoot && about !== undefined && (
          <button type="button" class="button harm" onClick={() => setAsked('delete')}>
            Delete folder …
          </button>
        )}
      </div>
      {asked === 'new' && (
        <NewFolder
          service={service}
          folder={folder}
          made={(path) => go({ folder: path, file: '', name: '', page: 1 })}
          close={() => setAsked(undefined)}
        />
      )}
      {asked === 'delete' && about !== undefined && (
        <Confirm
          title={`Delete ${folder}?`}
          yes="Delete the folder"
          no="Keep it"
          act={async () => {
            await deleteFolder(service, about.id);
            go({ folder: folderOf(folder), file: '', name: '', page: 1 });
            refresh();
          }}
          close={() => setAsked(undefined)}
        >
          <p>
            With it goes all that it holds: {factsOf(about)}. The public URLs of its pictures answer 404 from
            then on.
          </p>
          <p class="soft">There is no way back.</p>
        </Confirm>
      )}
    </div>
  );
}

function factsOf({ totalFileCount, totalFolderCount, bytes: size }: FolderProperties): string {
  const pictures = counted(totalFileCount, 'picture');
  const folders = totalFolderCount === 0 ? '' : ` in ${counted(totalFolderCount, 'folder')} and here`;
  return totalFileCount === 0 && totalFolderCount === 0 ? 'empty' : `${pictures}${folders}, ${bytes(size)}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
