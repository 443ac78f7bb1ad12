import type { PathOwner } from '../../http/index.ts';
import { sendOauthError } from './oauth-errors.ts';

/** The owner of `/oauth2/`. */
export const oauthOwner: PathOwner = {
  name: 'nhn-cloud',
  prefix: '/oauth2',
  unknownPath: (_request, reply) => sendOauthError(reply, 'invalid_request', 404),
  wrongMethod: (_request, reply, allowed) =>
    sendOauthError(reply.header('allow', allowed.join(', ')), 'invalid_request', 405),
  frameworkError: (error, _request, reply) =>
    sendOauthError(reply, (error.statusCode ?? 500) < 500 ? 'invalid_request' : 'server_error'),
};
