import type { Handler } from '../operation.ts';

/** The container and the real-time switch of the service (contract nhn-image-manager 3.14). */
export const showUser: Handler = async (_context, { service }) => ({
  user: {
    appKey: service.appKey,
    containerName: service.container,
    realtimeService: service.realtime,
  },
});
