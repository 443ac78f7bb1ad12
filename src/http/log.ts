import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * The server's log: JSON lines, or nothing. Requests and answers are never serialized whole, so that neither raw URLs
 * nor headers (which carry keys) can come into it, also not through a library's own log calls.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      req: (request: { method?: string }) => ({ method: request.method }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: pino.stdSerializers.err,
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
