import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { type HookMessage, postToHook } from './hook.ts';
import { type Artifact, anyArtifactById } from './store/artifact.ts';
import { anyBinaryById, type Binary } from './store/binary.ts';
import { anyBinaryGroupById, type BinaryGroup } from './store/binary-group.ts';

const uploadKind = 'nhn-deploy.notify-upload';
const sentKind = 'nhn-deploy.notify-sent';

interface SentNotice {
  readonly binaryId: number;
  /** Where the link lies in the vault: whoever reads it may install. */
  readonly linkSecretId: number;
  readonly by: string;
}

/** Tells the artifact's hook of an upload, when both the artifact and the group want it (contract nhn-deploy 5.7). */
export async function enqueueUploadNotice(
  context: Context,
  unit: Unit,
  { artifact, group }: { artifact: Artifact; group: BinaryGroup },
  binary: Binary,
): Promise<void> {
  if (artifact.notification === 0 || artifact.hook_secret_id === null || group.upload_alert === 0) return;
  await context.parts.work.enqueue(unit, {
    kind: uploadKind,
    input: { binaryId: binary.id },
    project: String(artifact.project_id),
  });
}

/** Posts a sent link to the artifact's hook; nothing without one. */
export async function enqueueSentNotice(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  binary: Binary,
  link: string,
  by: string,
): Promise<void> {
  if (artifact.hook_secret_id === null) return;
  const linkSecretId = await context.parts.secrets.store(unit, link);
  const input: SentNotice = { binaryId: binary.id, linkSecretId, by };
  await context.parts.work.enqueue(unit, { kind: sentKind, input, project: String(artifact.project_id) });
}

/** Registers the work. Whatever comes of a notice, the upload stays what it is. */
export function registerUploadNotices(context: Context): void {
  const { work, storage, secrets } = context.parts;
  const common = { concurrency: 4, tries: 3, timeoutSeconds: 30 };
  work.register<{ binaryId: number }>({
    ...common,
    kind: uploadKind,
    async run({ binaryId }) {
      const found = await findBinary(context, binaryId);
      if (found?.hook != null) await postToHook(context, found.hook, uploadMessage(found));
    },
  });
  work.register<SentNotice>({
    ...common,
    kind: sentKind,
    async run({ binaryId, linkSecretId, by }) {
      const found = await findBinary(context, binaryId);
      const link = (await secrets.reveal([linkSecretId])).get(linkSecretId);
      if (found?.hook != null && link !== undefined) {
        await postToHook(context, found.hook, sentMessage(found, link, by));
      }
      await storage.write((unit) => secrets.remove(unit, linkSecretId));
    },
    onDead: (unit, { linkSecretId }) => secrets.remove(unit, linkSecretId),
  });
}

interface Found {
  readonly artifact: Artifact;
  readonly group: BinaryGroup;
  readonly binary: Binary;
  readonly hook: number | null;
}

async function findBinary(context: Context, binaryId: number): Promise<Found | undefined> {
  return await context.parts.storage.read(async (reader) => {
    const binary = await anyBinaryById(reader, binaryId);
    const artifact = binary && (await anyArtifactById(reader, binary.artifact_id));
    const group = binary && (await anyBinaryGroupById(reader, binary.binary_group_id));
    return binary && artifact && group
      ? { artifact, group, binary, hook: artifact.hook_secret_id }
      : undefined;
  });
}

type Names = Pick<Found, 'artifact' | 'group' | 'binary'>;

/** What the hook hears of an upload. Pure. */
export function uploadMessage({ artifact, group, binary }: Names): HookMessage {
  const lines = [
    `Binary group: ${group.name}`,
    `Version: ${binary.version}`,
    `File: ${binary.name} (${binary.size} bytes)`,
    `Uploader: ${binary.uploader}`,
    ...(binary.description ? [`Description: ${binary.description}`] : []),
  ];
  return {
    botName: 'Deploy',
    text: `${artifact.name}: version ${binary.version} was uploaded`,
    attachments: [{ title: `Binary ${binary.id}`, text: lines.join('\n'), color: 'green' }],
  };
}

function sentMessage({ artifact, binary }: Names, link: string, by: string): HookMessage {
  return {
    botName: 'Deploy',
    text: `${artifact.name}: ${by} sent version ${binary.version}`,
    attachments: [{ title: 'Install', titleLink: link, text: link, color: 'green' }],
  };
}
