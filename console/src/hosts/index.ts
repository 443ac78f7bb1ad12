export { HostsPage } from './page.tsx';
