import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { waitsForContinue } from './expect-continue.ts';

/** A sender that is silent for so long in the middle of a body is cut off. */
const silenceMilliseconds = 60_000;
/** After an answer was sent, so much of an unread body is still taken, so that the sender reads the answer instead of a reset. */
const drainBytes = 8 * 1024 * 1024;
const drainMilliseconds = 10_000;

/**
 * Bounds half-sent bodies without bounding how long an answer takes: a silent sender is cut off, and what is left of
 * a body after its answer is drained a little and then closed.
 */
export function boundBodies(app: FastifyInstance, silence = silenceMilliseconds): void {
  app.addHook('onRequest', async (request, reply) => {
    if (hasBody(request.raw)) cutOffWhenSilent(request.raw, reply.raw, silence);
  });
  // Before the answer goes out: afterwards the HTTP server throws an unread body away without a limit.
  app.addHook('onSend', async (request) => {
    const message = request.raw;
    if (hasBody(message) && !message.complete && !waitsForContinue(message)) drain(message);
  });
}

function hasBody(message: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

function cutOffWhenSilent(message: IncomingMessage, answer: ServerResponse, silence: number): void {
  const { socket } = message;
  // Requests that tests inject have no real socket, and are never silent.
  if (!(socket instanceof Socket)) return;
  socket.setTimeout(silence);
  // A socket without listeners for `timeout` is destroyed by the HTTP server, which is what a silent sender gets.
  // After the answer the socket's time is the HTTP server's own again (keep-alive).
  message.once('end', () => {
    if (!answer.writableFinished) socket.setTimeout(0);
  });
}

function drain(message: IncomingMessage): void {
  let drained = 0;
  const deadline = setTimeout(() => message.destroy(), drainMilliseconds).unref();
  message.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > drainBytes) message.destroy();
  });
  for (const event of ['end', 'close', 'error'] as const) message.once(event, () => clearTimeout(deadline));
  // Marks the body as taken by us at once, not at the next turn.
  message.read(0);
  message.resume();
}
