export { type AccessKeyHeaders, accessKeyHeaders, bearerToken } from './credentials.ts';
export { oauthOwner } from './oauth-owner.ts';
export { oauthRoutes } from './oauth-routes.ts';
