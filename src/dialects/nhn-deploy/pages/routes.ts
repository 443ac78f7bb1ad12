import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { groupPath, pagesPrefix } from './addresses.ts';
import { createGroupAccess, type GroupAccess } from './group-access.ts';
import { type Chosen, groupPageText, type PageGroup, pageGroup } from './group-pages.ts';
import { pageHeaders, stylePath } from './page.ts';
import { passwordPage } from './password-page.ts';
import { sendProblem } from './problems.ts';
import { sentPageText } from './sent-page.ts';
import { sendSignedFile, sendSignedManifest } from './signed-downloads.ts';
import { style } from './style.ts';

const formLimit = 4096;
const config = { open: 'whoever has the address, and the password of the group where there is one' };

/** Registers the install pages of client artifacts, and what they link to (contract nhn-deploy 5.6). */
export function registerPages(app: FastifyInstance, context: Context): void {
  const access = createGroupAccess(context);
  app.setErrorHandler(sendProblem);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: formLimit }, (_request, body, done) => {
    done(null, body);
  });
  const get = (path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) => {
    app.route({ method: ['GET', 'HEAD'], url: pagesPrefix + path, config, handler });
  };
  get('/groups/:token', (request, reply) => showGroup(context, access, request, reply));
  get('/groups/:token/:kind(^fixed|recent$)/:os', (request, reply) =>
    showGroup(context, access, request, reply),
  );
  get('/sent/:token', async (request, reply) => {
    const { token } = request.params as { token: string };
    return sendPage(reply, await sentPageText(context, request, token));
  });
  get('/binaries/:key/:expires/:signature/file/:name', (request, reply) =>
    sendSignedFile(context, request, reply),
  );
  get('/binaries/:key/:expires/:signature/manifest.plist', (request, reply) =>
    sendSignedManifest(context, request, reply),
  );
  app.route({
    method: 'POST',
    url: `${pagesPrefix}/groups/:token/password`,
    config,
    handler: (request, reply) => enterGroup(context, access, request, reply),
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: stylePath,
    config: { open: 'a style sheet' },
    handler: async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(style),
  });
}

async function showGroup(
  context: Context,
  access: GroupAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token, kind = 'all', os = '' } = request.params as { token: string } & Partial<Chosen>;
  const found = await pageGroup(context, token);
  if (!(await access.isOpen(request, found.group))) return askPassword(reply, found, request.url, undefined);
  return sendPage(reply, await groupPageText(context, request, found, { kind, os }));
}

async function enterGroup(
  context: Context,
  access: GroupAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = await pageGroup(context, (request.params as { token: string }).token);
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const next = ownPath(found, form.get('next'));
  const entered = await access.enter(request, reply, found.group, form.get('password') ?? '');
  if (entered) return reply.redirect(next, 303);
  return askPassword(reply.code(403), found, next, 'This is not the password.');
}

function askPassword(
  reply: FastifyReply,
  { artifact, group }: PageGroup,
  next: string,
  problem: string | undefined,
): FastifyReply {
  const names = { artifact: artifact.name, group: group.name };
  if (problem === undefined) reply.code(401);
  return sendPage(reply, passwordPage(names, `${groupPath(group)}/password`, next, problem));
}

/** A page of this group: the form must not become a way to send people anywhere else. */
function ownPath({ group }: PageGroup, wanted: string | null): string {
  const own = groupPath(group);
  return wanted !== null && /^[\w/?=&-]*$/.test(wanted) && wanted.startsWith(`${own}/`) ? wanted : own;
}

function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(text);
}
