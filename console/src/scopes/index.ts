export { DeployPage } from './deploy-page.tsx';
export { ScopePage } from './scope-page.tsx';
export { ScopesPage } from './scopes-page.tsx';
export { VersionPage } from './version-page.tsx';
