import type { RecipeTables } from './store/recipe.ts';
import type { ServiceTables } from './store/service.ts';

/** All tables of the dialect; `store/<noun>.ts` has each noun's columns and queries. */
export interface ImageTables extends ServiceTables, RecipeTables {}
