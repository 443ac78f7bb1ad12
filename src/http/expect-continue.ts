import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

const waiting = new WeakSet<IncomingMessage>();

/**
 * Says `100 Continue` only when somebody begins to read the body: a caller that waits for it (curl does, above 1 MB)
 * and is refused by its path or its Content-Length never sends the body at all.
 */
export function continueWhenRead(app: FastifyInstance): void {
  app.server.on('checkContinue', (message: IncomingMessage, answer: ServerResponse) => {
    waiting.add(message);
    const read = message._read;
    message._read = (size) => {
      if (waiting.delete(message) && !answer.headersSent) answer.writeContinue();
      read.call(message, size);
    };
    app.server.emit('request', message, answer);
  });
  app.addHook('onSend', async (request, reply) => {
    // The connection still expects the body that will never come.
    if (waiting.has(request.raw)) reply.header('connection', 'close');
  });
}

/** Whether the caller has not been told yet to send its body. */
export function waitsForContinue(message: IncomingMessage): boolean {
  return waiting.has(message);
}
