export { DeploymentPage } from './page.tsx';
