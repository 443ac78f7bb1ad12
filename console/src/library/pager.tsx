import type { FolderListing } from '../image-api.ts';
import { libraryAddress, pageSize, type View } from './query.ts';

/** The way to other pages of a folder; nothing where there is only one. */
export function Pager({ service, view, listing }: { service: string; view: View; listing: FolderListing }) {
  const { totalFolderCount, totalFileCount } = listing.paging;
  const pages = Math.ceil((totalFolderCount + totalFileCount) / pageSize);
  if (pages <= 1 && view.page === 1) return null;
  const to = (page: number) => libraryAddress(service, { ...view, page, file: '' });
  return (
    <nav class="library-pager" aria-label="Pages">
      {view.page > 1 && (
        <a class="button" href={to(view.page - 1)}>
          Before
        </a>
      )}
      <span class="soft">
        Page {view.page.toLocaleString('en')} of {Math.max(1, pages).toLocaleString('en')}
      </span>
      {view.page < pages && (
        <a class="button" href={to(view.page + 1)}>
          After
        </a>
      )}
    </nav>
  );
}
