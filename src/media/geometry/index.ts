export { derivedName, renamed, splitName } from './derived-name.ts';
