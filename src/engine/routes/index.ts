export { addMeasures, inServerTime, readMeasures } from './measures.ts';
export { readReach, storeReach } from './reach.ts';
export { retainRoutes } from './retention.ts';
export * from './route.ts';
export { Routes } from './routes.ts';
export { changesSince, reachableAddress } from './table-changes.ts';
export type { RouteTables } from './tables.ts';
export { targetsInWords } from './targets.ts';
export { touchRoutes } from './versions.ts';
