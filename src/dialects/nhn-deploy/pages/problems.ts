import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCoreError } from '../../../errors/index.ts';
import { coreFormOf, logFailure } from '../../../http/index.ts';
import { pageHeaders, problemPage } from './page.ts';

/** Why there is no page; shown as a page itself. */
export class PageProblem extends Error {
  readonly status: number;
  readonly advice: string;

  constructor(status: number, title: string, advice: string) {
    super(title);
    this.status = status;
    this.advice = advice;
  }
}

/** For addresses that never were, or whose group or artifact is deleted. */
export const noSuchPage = () =>
  new PageProblem(
    404,
    'This page does not exist',
    'Check the address, or ask whoever gave it to you for a new one.',
  );

/** For links that were good once. */
export const linkExpired = () =>
  new PageProblem(410, 'This link has run out', 'Ask whoever sent it to you for a new one.');

/** For downloads whose page was opened too long ago. */
export const downloadExpired = () =>
  new PageProblem(410, 'This download has run out', 'Go back to the page that it is on and load it again.');

/** For binaries that were deleted, by hand or by policy. */
export const binaryDeleted = () =>
  new PageProblem(410, 'This version was deleted', 'Ask whoever sent it to you for a newer one.');

/** Answers with the problem as a page, whatever was thrown. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers(pageHeaders).type('text/html; charset=utf-8');
  if (error instanceof PageProblem) {
    return reply.code(error.status).send(problemPage(error.message, error.advice));
  }
  if (isCoreError(error, 'rate-limited')) {
    return reply.code(429).send(problemPage('Too many wrong passwords', error.message));
  }
  const { statusCode } = coreFormOf(error);
  if (statusCode < 500)
    return reply
      .code(statusCode)
      .send(problemPage('This request is not understood', 'Go back and try again.'));
  logFailure(error, request);
  return reply.code(500).send(problemPage('Something went wrong', 'Try again in a moment.'));
}
