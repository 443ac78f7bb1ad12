export type { Dialect, Outbound, OwnerAnswer, Parts } from './dialect.ts';
export type { PathOwner } from './owners.ts';
