export { callBudget, storeArchive } from './store-archive.ts';
