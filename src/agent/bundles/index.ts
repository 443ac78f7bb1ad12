export { BundleError, pathInside } from './archive-guard.ts';
export { download } from './download.ts';
export { commandOf, shellText } from './procfile.ts';
export { unpack } from './unpack.ts';
