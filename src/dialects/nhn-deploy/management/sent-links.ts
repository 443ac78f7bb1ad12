import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { sentPath } from '../pages/addresses.ts';
import { revokeSentLink, sendBinary } from '../sent-links.ts';
import { sentLinkShape } from '../shapes/binary.ts';
import { type SentLink, sentLinksOf } from '../store/sent-link.ts';
import { enqueueSentNotice } from '../upload-notice.ts';
import { artifactUrl, onArtifact, paramsWith } from './artifact-scope.ts';
import { binaryOfPath } from './binaries.ts';

const tag = 'nhn-deploy binaries';
const url = `${artifactUrl}/binaries/:binary/links`;
const one = paramsWith('binary');

/** Links to the page of one client binary: send, list, revoke. */
export function sentLinkRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the links that were sent to a binary, without their addresses',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: Type.Object({ items: Type.Array(sentLinkShape) }),
    handle: (call) =>
      storage.read(async (reader) => {
        const { binary } = await binaryOfPath(reader, call.params);
        return { items: (await sentLinksOf(reader, binary.id)).map(shown) };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary:
      'Make a link to the install page of a binary, good for seven days; its address is answered only here',
    access: onArtifact('nhn-deploy.upload'),
    params: one,
    body: Type.Object(
      { hook: Type.Optional(Type.Boolean({ description: "Also post it to the artifact's hook." })) },
      { additionalProperties: false },
    ),
    status: 201,
    answer: Type.Object({ ...sentLinkShape.properties, url: Type.String() }),
    handle: (call) =>
      storage.write(async (unit) => {
        const { artifact, binary } = await binaryOfPath(unit, call.params);
        const actor = nativeActor(call.principal.name);
        const { link, token } = await sendBinary(context, unit, actor, artifact, binary);
        const address = context.parts.publicUrl(call.request) + sentPath(token);
        if (call.body.hook) await enqueueSentNotice(context, unit, artifact, binary, address, actor.name);
        return { ...shown(link), url: address };
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: `${url}/:link`,
    tag,
    summary: 'Make a sent link worthless',
    access: onArtifact('nhn-deploy.upload'),
    params: Type.Object({ ...one.properties, link: Type.Integer({ minimum: 1 }) }),
    handle: (call) =>
      storage.write(async (unit) => {
        const { binary } = await binaryOfPath(unit, call.params);
        if (!(await revokeSentLink(unit, binary.id, call.params.link))) {
          throw new CoreError('not-found', `binary ${binary.id} has no live link ${call.params.link}`);
        }
      }),
  });
}

function shown(link: SentLink): Static<typeof sentLinkShape> {
  return {
    id: link.id,
    sentBy: link.sent_by,
    createdAt: link.created_at,
    expiresAt: link.expires_at,
    revokedAt: link.revoked_at,
  };
}
