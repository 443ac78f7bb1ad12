export { DeploymentsPage } from './page.tsx';
