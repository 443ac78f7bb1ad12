import type { FastifyRequest } from 'fastify';
import { osTypes, readOsType } from '../client-binary.ts';
import type { Context } from '../context.ts';
import { type Artifact, anyArtifactById } from '../store/artifact.ts';
import { type Binary, fixedBinaries, latestOfSystem, pageOfBinaries } from '../store/binary.ts';
import { type BinaryGroup, binaryGroupByPageToken } from '../store/binary-group.ts';
import { groupPath } from './addresses.ts';
import { installItems } from './install-items.ts';
import { type InstallPage, installPage, systemName } from './install-page.ts';
import { noSuchPage, PageProblem } from './problems.ts';
import { qrCode } from './qr-code.ts';

const perPage = 20;

/** A group whose pages somebody asks for, with its artifact. */
export interface PageGroup {
  readonly artifact: Artifact;
  readonly group: BinaryGroup;
}

/** The live client group with this token in its addresses; throws a 404 page. */
export async function pageGroup(context: Context, token: string): Promise<PageGroup> {
  const found = await context.parts.storage.read(async (reader) => {
    const group = await binaryGroupByPageToken(reader, token);
    const artifact = group && (await anyArtifactById(reader, group.artifact_id));
    return group && artifact ? { artifact, group } : undefined;
  });
  if (found?.artifact.type !== 'client') throw noSuchPage();
  return found;
}

/** What a group's page is about: all versions, the pinned one or the newest one of a system. */
export interface Chosen {
  readonly kind: 'all' | 'fixed' | 'recent';
  /** As in the address: `ios`. */
  readonly os: string;
}

/** One of the pages of a group as text (contract nhn-deploy 5.6). */
export async function groupPageText(
  context: Context,
  request: FastifyRequest,
  { artifact, group }: PageGroup,
  chosen: Chosen,
): Promise<string> {
  const number = Math.max(1, Number.parseInt(String((request.query as { page?: string }).page), 10) || 1);
  const { binaries, pages, headline } = await chosenBinaries(context, group, chosen, number);
  const path = addressOf(group, chosen);
  const publicUrl = context.parts.publicUrl(request);
  const turned = (to: number) => `${path}?page=${to}`;
  return installPage({
    artifact: artifact.name,
    heading: `${group.name} · ${headline}`,
    links: await links(context, group, path),
    items: await installItems(context, request, binaries),
    newer: number > 1 ? turned(Math.min(number - 1, pages)) : undefined,
    older: number < pages ? turned(number + 1) : undefined,
    address: publicUrl + path,
    code: await qrCode(publicUrl + path),
    note: noteFor(publicUrl, binaries),
  });
}

async function chosenBinaries(
  context: Context,
  group: BinaryGroup,
  { kind, os }: Chosen,
  number: number,
): Promise<{ binaries: Binary[]; pages: number; headline: string }> {
  const { storage } = context.parts;
  if (kind === 'all') {
    const sort = { column: 'uploaded_at', direction: 'desc' } as const;
    const page = { offset: Math.min((number - 1) * perPage, Number.MAX_SAFE_INTEGER), size: perPage };
    const { total, rows } = await storage.read((reader) =>
      pageOfBinaries(reader, group.id, { keyword: '', sort, page }),
    );
    return { binaries: rows, pages: Math.ceil(total / perPage), headline: 'all versions' };
  }
  const osType = readOsType(os);
  if (!osType) throw noSuchPage();
  const binary = await storage.read(async (reader) =>
    kind === 'recent'
      ? await latestOfSystem(reader, group.id, osType)
      : (await fixedBinaries(reader, group.id)).find((fixed) => fixed.os_type === osType),
  );
  if (!binary) {
    const which = kind === 'recent' ? 'uploaded' : 'fixed';
    throw new PageProblem(
      404,
      `No version is ${which} for ${systemName(osType)}`,
      'Come back when there is one.',
    );
  }
  const headline = `${kind === 'recent' ? 'newest' : 'fixed'} version for ${systemName(osType)}`;
  return { binaries: [binary], pages: 1, headline };
}

/** All versions, then the fixed and the newest version of each system that has one. */
async function links(context: Context, group: BinaryGroup, path: string): Promise<InstallPage['links']> {
  const { fixed, recent } = await systemsWithPages(context, group);
  const link = (text: string, chosen: Chosen) => {
    const address = addressOf(group, chosen);
    return { text, address, current: address === path };
  };
  return [
    link('All versions', { kind: 'all', os: '' }),
    ...fixed.map((os) => link(`Fixed for ${systemName(os)}`, { kind: 'fixed', os })),
    ...recent.map((os) => link(`Newest for ${systemName(os)}`, { kind: 'recent', os })),
  ];
}

/** The systems that have a page for their fixed, and for their newest version. */
export async function systemsWithPages(
  context: Context,
  group: BinaryGroup,
): Promise<{ fixed: string[]; recent: string[] }> {
  return await context.parts.storage.read(async (reader) => {
    const fixed = new Set((await fixedBinaries(reader, group.id)).map((binary) => binary.os_type));
    const recent: string[] = [];
    for (const os of osTypes) if (await latestOfSystem(reader, group.id, os)) recent.push(os);
    return { fixed: osTypes.filter((os) => fixed.has(os)), recent };
  });
}

/** The path of a group's page. */
export function addressOf(group: Pick<BinaryGroup, 'page_token'>, { kind, os }: Chosen): string {
  const all = groupPath(group);
  return kind === 'all' ? all : `${all}/${kind}/${os.toLowerCase()}`;
}

/** iOS installs over HTTPS only; whoever set the server up without sees why nothing happens. */
export function noteFor(publicUrl: string, binaries: readonly Binary[]): string | undefined {
  const hasManifest = binaries.some((binary) => binary.meta_sha256 !== null);
  return hasManifest && !publicUrl.startsWith('https:')
    ? 'iOS installs over HTTPS only, and this server is reached over HTTP.'
    : undefined;
}
