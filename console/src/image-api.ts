import { call } from './request.ts';

/**
 * The calls of the native API that the pages of images make; what lies below a service are the operations of the
 * original (contract nhn-image-manager 3). All throw a Problem.
 */

/** A service: a tree of pictures with its operations and its public address. */
export interface ImageService {
  readonly id: number;
  readonly name: string;
  readonly container: string;
  /** What the public URLs of its pictures begin with. */
  readonly url: string;
  /** Whether URLs run operations. */
  readonly realtimeService: boolean;
  readonly enabled: boolean;
}

/** What a service holds and has done since it was made. */
export interface ImageUsage {
  readonly files: number;
  readonly folders: number;
  readonly bytesStored: number;
  readonly recipesRun: number;
  readonly bytesServed: number;
}

/** A folder; the root has the path `/`. */
export interface ImageFolder {
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** A folder with what lies below it at any depth. */
export interface FolderProperties extends ImageFolder {
  readonly bytes: number;
  readonly totalFolderCount: number;
  readonly totalFileCount: number;
}

/** A picture of a folder: uploaded (`U`) or made by an operation (`P`). */
export interface ImageFile {
  readonly id: string;
  readonly url: string;
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly createdBy: 'U' | 'P';
  /** As the original writes it: `2016-02-26T15:57:06+0900`. */
  readonly updatedAt: string;
  readonly operationId: string;
  readonly imageProperty: { readonly width: number; readonly height: number };
}

/** One page of a folder, folders first. */
export interface FolderListing {
  readonly paging: { readonly totalFolderCount: number; readonly totalFileCount: number };
  readonly folders: readonly ImageFolder[];
  readonly files: readonly ImageFile[];
}

/** Which page of which folder. */
export interface ListingQuery {
  readonly basepath: string;
  readonly createdBy?: string;
  readonly name?: string;
  readonly sort: string;
  readonly page: number;
  readonly rows: number;
}

/** What an operation made of a picture. */
export interface MadeFile {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly operation: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Whether it was made of the picture's present content. */
  readonly current: boolean;
}

/** All that is known of one picture. Times are epoch milliseconds. */
export interface FileDetails {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly url: string;
  readonly bytes: number;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** When the camera says that it was taken; null when it does not. */
  readonly takenAt: number | null;
  readonly coordinate: { readonly latitude: number; readonly longitude: number } | null;
  readonly updatedAt: number;
  /** The operation that made it; null for an uploaded one. */
  readonly operation: string | null;
  /** What it was made of, while that is there. */
  readonly source: { readonly id: string; readonly path: string } | null;
  readonly made: readonly MadeFile[];
}

/** One job of an operation: a template and its options. */
export interface Job {
  readonly templateOperationId: string;
  readonly option: Readonly<Record<string, unknown>>;
}

/** A named recipe. */
export interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly realtimeService: boolean;
  readonly updatedAt: string;
  readonly jobTemplate: readonly Job[];
}

/** What is sent to create or change an operation. */
export interface OperationInput {
  readonly description: string;
  readonly realtimeService: boolean;
  /** First delete what it has made. */
  readonly deleteThumbnail: boolean;
  readonly data: readonly Job[];
}

/** What a preview says of a picture. */
export interface PreviewFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** What jobs would make of a picture; nothing of it is stored. `count` is of all pieces, `pieces` has the first ones. */
export interface Preview {
  readonly source: PreviewFacts & { readonly name: string; readonly url: string };
  readonly count: number;
  /** `image` is a data: URL, null when it is too large to be sent along. */
  readonly pieces: readonly (PreviewFacts & { readonly image: string | null })[];
}

/** The services that one may look at. */
export async function imageServices(signal: AbortSignal): Promise<readonly ImageService[]> {
  return (await call<{ items: ImageService[] }>('GET', root, undefined, signal)).items;
}

/** One service. */
export async function imageService(service: string, signal: AbortSignal): Promise<ImageService> {
  return await call<ImageService>('GET', below(service), undefined, signal);
}

/** What a service uses. */
export async function imageUsage(service: string, signal: AbortSignal): Promise<ImageUsage> {
  return await call<ImageUsage>('GET', below(service, '/usage'), undefined, signal);
}

/** A page of a folder. */
export async function folderListing(
  service: string,
  query: ListingQuery,
  signal: AbortSignal,
): Promise<FolderListing> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return await call<FolderListing>('GET', below(service, `/folders?${parameters}`), undefined, signal);
}

/** A folder with what lies below it. */
export async function folderProperties(
  service: string,
  path: string,
  signal: AbortSignal,
): Promise<FolderProperties> {
  const url = below(service, `/properties?path=${encodeURIComponent(path)}`);
  return (await call<{ folder: FolderProperties }>('GET', url, undefined, signal)).folder;
}

/** Makes a folder and the missing ones above it. */
export async function createFolder(service: string, path: string): Promise<void> {
  await call('POST', below(service, '/folders'), { path });
}

/** Removes a folder with all that it holds: hidden at once, its bytes go later. */
export async function deleteFolder(service: string, id: string): Promise<void> {
  await call('DELETE', below(service, `/images/async?folderIds=${encodeURIComponent(id)}`));
}

/** Removes a picture; with `withMade` also what operations made of it. */
export async function deleteFile(service: string, id: string, withMade: boolean): Promise<void> {
  const query = `fileId=${encodeURIComponent(id)}&includeThumbnail=${withMade}`;
  await call('DELETE', below(service, `/images/sync?${query}`));
}

/** One picture. */
export async function fileDetails(service: string, id: string, signal: AbortSignal): Promise<FileDetails> {
  return await call<FileDetails>(
    'GET',
    below(service, `/files/${encodeURIComponent(id)}`),
    undefined,
    signal,
  );
}

/** The service's own operations by name, at most a thousand. */
export async function operations(service: string, signal: AbortSignal): Promise<readonly Operation[]> {
  const url = below(service, '/operations?rows=1000&sort=name:asc');
  return (await call<{ operations: Operation[] }>('GET', url, undefined, signal)).operations;
}

/** One operation. */
export async function operation(service: string, id: string, signal: AbortSignal): Promise<Operation> {
  const url = below(service, `/operations/${encodeURIComponent(id)}`);
  return (await call<{ operation: Operation }>('GET', url, undefined, signal)).operation;
}

/** Creates or replaces an operation. */
export async function saveOperation(service: string, id: string, input: OperationInput): Promise<void> {
  await call('PUT', below(service, `/operations/${encodeURIComponent(id)}`), input);
}

/** Removes an operation; with `withMade` also all that it has made. */
export async function deleteOperation(service: string, id: string, withMade: boolean): Promise<void> {
  const query = `deleteThumbnail=${withMade}`;
  await call('DELETE', below(service, `/operations/${encodeURIComponent(id)}?${query}`));
}

/** Runs jobs on a picture without storing anything. */
export async function preview(
  service: string,
  path: string,
  data: readonly Job[],
  signal: AbortSignal,
): Promise<Preview> {
  return await call<Preview>('POST', below(service, '/previews'), { path, data }, signal);
}

/** The path of uploads to a service below the API's own: a PUT of one picture, a POST of a form with archives. */
export function uploadPath(service: string): string {
  return below(service, '/images');
}

const root = '/nhn-image-manager/services';

function below(service: string, path = ''): string {
  return `${root}/${encodeURIComponent(service)}${path}`;
}
