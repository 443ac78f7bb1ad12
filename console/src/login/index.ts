export { loginAddress } from './address.ts';
export { LoginPage } from './page.tsx';
