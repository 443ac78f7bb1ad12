import type { ListingQuery } from '../image-api.ts';

/** What the library shows, as the address carries it. */
export interface View {
  /** Absolute; `/` is the root. */
  readonly folder: string;
  /** The id of the picture whose details are open; empty for none. */
  readonly file: string;
  /** Part of a name. */
  readonly name: string;
  /** A key of `kinds`. */
  readonly kind: string;
  /** A key of `orders`. */
  readonly order: string;
  /** From 1. */
  readonly page: number;
}

/** Which pictures are shown, and how the API calls them. */
export const kinds: Readonly<Record<string, string>> = { uploaded: 'U', made: 'P', all: '' };

/** How a folder is ordered, in the API's words. */
export const orders: Readonly<Record<string, string>> = {
  name: 'name:asc',
  backwards: 'name:desc',
  newest: 'date:desc',
  oldest: 'date:asc',
};

/** How many folders and pictures a page has. */
export const pageSize = 60;

/** The shortest part of a name that the API searches for. */
const shortestName = 2;

const usual = { folder: '/', file: '', name: '', kind: 'uploaded', order: 'name', page: 1 } as const;

/** The view in the query of an address; what is not known reads as usual. */
export function viewOf(query: Readonly<Record<string, string | undefined>>): View {
  const { folder = '', file = '', name = '', kind = '', order = '' } = query;
  const page = Number(query.page);
  return {
    folder: folder.startsWith('/') ? folder : usual.folder,
    file,
    name,
    kind: Object.hasOwn(kinds, kind) ? kind : usual.kind,
    order: Object.hasOwn(orders, order) ? order : usual.order,
    page: Number.isSafeInteger(page) && page > 0 ? page : usual.page,
  };
}

/** The address of the library of a service with this view. */
export function libraryAddress(service: string | number, view: Partial<View> = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(usual)) {
    const wanted = view[name as keyof View] ?? value;
    if (wanted !== value) parameters.set(name, String(wanted));
  }
  // Paths stay readable.
  const query = parameters.toString().replaceAll('%2F', '/');
  return `/console/images/${service}${query === '' ? '' : `?${query}`}`;
}

/** What stands in an address for an operation that is not there yet; no name of one has an underscore. */
export const newRecipe = '_new';

/** The address of an operation of a service, of a new one, and which picture it is tried on. */
export function recipeAddress(service: string | number, operation = newRecipe, sample = ''): string {
  const query = sample === '' ? '' : `?sample=${encodeURIComponent(sample).replaceAll('%2F', '/')}`;
  return `${recipesAddress(service)}/${operation}${query}`;
}

/** The address of the operations of a service. */
export function recipesAddress(service: string | number): string {
  return `/console/images/${service}/operations`;
}

/** What the API is asked for. */
export function listingOf({ folder, name, kind, order, page }: View): ListingQuery {
  const createdBy = kinds[kind] ?? '';
  const searched = [...name.trim()].length >= shortestName ? name.trim() : '';
  return {
    basepath: folder,
    ...(createdBy === '' ? {} : { createdBy }),
    ...(searched === '' ? {} : { name: searched }),
    sort: orders[order] ?? '',
    page,
    rows: pageSize,
  };
}

/** One folder of the way from the root to where one is. */
export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** The folders from the root down to `path`, both included; `rootName` is what the root is called. */
export function crumbsOf(path: string, rootName: string): readonly Crumb[] {
  const names = path.split('/').filter(Boolean);
  return [
    { name: rootName, path: '/' },
    ...names.map((name, index) => ({ name, path: `/${names.slice(0, index + 1).join('/')}` })),
  ];
}

/** The path of `name` in a folder. */
export function pathIn(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}

/** The folder that a path lies in; the root for the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
