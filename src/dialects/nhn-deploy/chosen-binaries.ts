import type { Reader } from '../../storage/index.ts';
import type { DeployableFile } from './compile.ts';
import { refusal } from './errors.ts';
import type { ScenarioContent } from './scenario.ts';
import { type Binary, type BinaryTables, latestBinary } from './store/binary.ts';
import { type BinaryGroup, binaryGroupById } from './store/binary-group.ts';
import { resourceFiles } from './store/resource.ts';

/** The binary of a Binary Deploy task. */
export interface ChosenBinary {
  readonly binary: Binary;
  readonly group: BinaryGroup | undefined;
}

/**
 * The binary of each Binary Deploy task, by the task's place. "Latest" is resolved here, once, so that all servers get
 * the same one (contract nhn-deploy 5.4). Throws NOT_FOUND_BINARY_INFO.
 */
export async function chooseBinaries(
  reader: Reader,
  artifactId: number,
  content: ScenarioContent,
): Promise<Map<number, ChosenBinary>> {
  const chosen = new Map<number, ChosenBinary>();
  for (const [index, task] of content.tasks.entries()) {
    if (task.type !== 'binary-deploy') continue;
    const binary =
      task.binary !== undefined
        ? await artifactBinary(reader, artifactId, task.binary)
        : await newestOf(reader, artifactId, task.group ?? 0, task.name);
    chosen.set(index, { binary, group: await binaryGroupById(reader, artifactId, binary.binary_group_id) });
  }
  return chosen;
}

async function artifactBinary(reader: Reader, artifactId: number, key: number): Promise<Binary> {
  const binary = await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('id', '=', key)
    .where('artifact_id', '=', artifactId)
    .executeTakeFirst();
  if (!binary) throw refusal('NOT_FOUND_BINARY_INFO', `the artifact has no binary ${key}`);
  if (binary.deleted_at !== null)
    throw refusal('DELETED_BINARY', `binary ${key} (${binary.version}) was deleted`);
  return binary;
}

async function newestOf(reader: Reader, artifactId: number, groupId: number, task: string): Promise<Binary> {
  const group = await binaryGroupById(reader, artifactId, groupId);
  const binary = group && (await latestBinary(reader, group.id));
  if (!binary)
    throw refusal(
      'NOT_FOUND_BINARY_INFO',
      `the binary group of task ${task} has no binary; upload one first`,
    );
  return binary;
}

/** The binary as a step puts it on a server. */
export function deployable(binary: Binary): DeployableFile {
  return { sha256: binary.sha256, size: binary.size, fileName: binary.name };
}

/** The newest revision of each resource file that the scenario deploys, by the file's id. Throws FAIL. */
export async function filesOf(
  reader: Reader,
  artifactId: number,
  content: ScenarioContent,
): Promise<Map<number, DeployableFile>> {
  const wanted = new Set(content.tasks.flatMap((task) => (task.type === 'file-deploy' ? task.files : [])));
  if (wanted.size === 0) return new Map();
  const files = (await resourceFiles(reader, artifactId)).filter((file) => wanted.has(file.id));
  const missing = [...wanted].find((id) => !files.some((file) => file.id === id));
  if (missing !== undefined)
    throw refusal('FAIL', `resource file ${missing} of the scenario is not there any more`);
  return new Map(
    files.map(({ id, name, newest }) => [id, { sha256: newest.sha256, size: newest.size, fileName: name }]),
  );
}
