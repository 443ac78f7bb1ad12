export { type CoreForm, coreForm, coreFormOf, statusOfCode } from './core-form.ts';
export type { Dialect, Outbound, OwnerAnswer, Parts } from './dialect.ts';
export { guardRoutes, principalOf } from './guard.ts';
export type { MultipartFile, MultipartForm, MultipartOptions } from './multipart-form.ts';
export type { PathOwner } from './owners.ts';
export type { RouteEntry } from './route-access.ts';
