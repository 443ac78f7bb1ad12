import { createLog } from '../http/index.ts';

/** For rooms that want a log where the command itself tells what matters. */
export const silentLog = (): ReturnType<typeof createLog> => createLog('silent');
