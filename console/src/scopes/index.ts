export { ScopePage } from './scope-page.tsx';
export { ScopesPage } from './scopes-page.tsx';
