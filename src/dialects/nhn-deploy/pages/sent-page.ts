import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { findSentLink } from '../sent-links.ts';
import { type Artifact, anyArtifactById } from '../store/artifact.ts';
import { anyBinaryById, type Binary } from '../store/binary.ts';
import { sentPath } from './addresses.ts';
import { noteFor } from './group-pages.ts';
import { installItems } from './install-items.ts';
import { installPage } from './install-page.ts';
import { binaryDeleted, linkExpired, noSuchPage } from './problems.ts';
import { qrCode } from './qr-code.ts';

/** The page of one binary that was sent to somebody (contract nhn-deploy 5.6). */
export async function sentPageText(
  context: Context,
  request: FastifyRequest,
  token: string,
): Promise<string> {
  const { artifact, binary } = await sentBinary(context, token);
  const publicUrl = context.parts.publicUrl(request);
  const address = publicUrl + sentPath(token);
  return installPage({
    artifact: artifact.name,
    heading: `version ${binary.version}`,
    links: [],
    items: await installItems(context, request, [binary]),
    newer: undefined,
    older: undefined,
    address,
    code: await qrCode(address),
    note: noteFor(publicUrl, [binary]),
  });
}

async function sentBinary(context: Context, token: string): Promise<{ artifact: Artifact; binary: Binary }> {
  const found = await context.parts.storage.read(async (reader) => {
    const link = await findSentLink(reader, token);
    const binary = link && (await anyBinaryById(reader, link.binary_id));
    const artifact = binary && (await anyArtifactById(reader, binary.artifact_id));
    return { link, binary, artifact };
  });
  const { link, binary, artifact } = found;
  if (!link || !binary) throw noSuchPage();
  if (link.revoked_at !== null || link.expires_at <= context.parts.clock.now()) throw linkExpired();
  if (!artifact || binary.deleted_at !== null) throw binaryDeleted();
  return { artifact, binary };
}
