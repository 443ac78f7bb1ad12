export { storeArchive } from './store-archive.ts';
