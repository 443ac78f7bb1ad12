export { type AccessKeyHeaders, accessKeyHeaders, bearerToken } from './credentials.ts';
export { oauthOwner } from './oauth-owner.ts';
export { oauthRoutes } from './oauth-routes.ts';
export { calendarDay, offsetText, type ZonedTime, zonedDateTime, zonedTime } from './zoned-time.ts';
