import './page.css';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso/router';
import { folderListing, folderProperties, imageService, operations } from '../image-api.ts';
import { usePolled } from '../live.ts';
import { Pager, ProblemNotice } from '../parts/index.ts';
import { Details } from './details.tsx';
import { DropZone } from './drop-zone.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FolderBar } from './folder-bar.tsx';
import { libraryAddress, listingOf, pageSize, type View, viewOf } from './query.ts';
import { ServiceHead } from './service-head.tsx';
import { thumbnailOperation } from './thumbnail.ts';
import { Tiles } from './tiles.tsx';
import { UploadPanel } from './upload-panel.tsx';
import { upload } from './upload-store.ts';

/** The pictures of one service: its folders, what is in them, what comes in and what goes. */
export function LibraryPage() {
  const { query, route } = useLocation();
  const service = useRoute().params.service ?? '';
  const view = viewOf(query);
  const { folder } = view;
  const [closedBy, setClosedBy] = useState('');
  const known = usePolled(`service ${service}`, 30_000, (signal) => imageService(service, signal));
  const recipes = usePolled(`operations ${service}`, 30_000, (signal) => operations(service, signal));
  const wanted = listingOf(view);
  const list = usePolled(`${service} ${JSON.stringify(wanted)}`, 3000, (signal) =>
    folderListing(service, wanted, signal),
  );
  const about = usePolled(`about ${service} ${folder}`, 5000, (signal) =>
    folderProperties(service, folder, signal),
  );
  const go = (part: Partial<View>, replace = false) =>
    route(libraryAddress(service, { ...view, ...part }), replace);
  const refresh = () => {
    list.refresh();
    about.refresh();
  };
  const close = () => {
    setClosedBy(view.file);
    go({ file: '' }, true);
  };
  const tile = known.data && recipes.data && thumbnailOperation(known.data, recipes.data);
  const isReady = known.data !== undefined && (recipes.data ?? recipes.problem) !== undefined;

  return (
    <div class="page wide library">
      <ServiceHead service={service} name={known.data?.name} place="library" title={folder} />
      {known.problem !== undefined && <ProblemNotice problem={known.problem} retry={known.refresh} />}
      <DropZone folder={folder} drop={(files) => upload(service, folder, files)}>
        <FolderBar
          service={service}
          root={known.data?.name ?? '/'}
          view={view}
          about={about.data}
          add={(files) => upload(service, folder, files)}
          go={go}
          refresh={refresh}
        />
        <FilterBar view={view} change={(part) => go({ ...part, page: 1 }, true)} />
        <UploadPanel service={service} stored={refresh} />
        {list.problem !== undefined && known.problem === undefined && (
          <ProblemNotice problem={list.problem} retry={list.refresh} />
        )}
        <div class={view.file === '' ? 'library-body' : 'library-body with-details'}>
          <section
            class="library-list"
            aria-label={`Content of ${folder}`}
            aria-busy={list.data === undefined || !isReady}
          >
            {list.data !== undefined && isReady ? (
              <Tiles
                service={service}
                view={view}
                listing={list.data}
                thumbnail={tile}
                focused={view.file === '' ? closedBy : ''}
                open={(file) => go({ file }, true)}
              />
            ) : (
              list.problem === undefined &&
              known.problem === undefined && <div class="panel empty library-wait soft">Loading …</div>
            )}
            {list.data !== undefined && (
              <Pager
                page={view.page}
                pages={Math.ceil(
                  (list.data.paging.totalFolderCount + list.data.paging.totalFileCount) / pageSize,
                )}
                addressOf={(page) => libraryAddress(service, { ...view, page, file: '' })}
              />
            )}
          </section>
          {view.file !== '' && (
            <Details
              key={view.file}
              service={service}
              file={view.file}
              thumbnail={tile}
              close={close}
              open={(file) => go({ file }, true)}
              removed={() => {
                go({ file: '' }, true);
                refresh();
              }}
            />
          )}
        </div>
      </DropZone>
    </div>
  );
}
