import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { isCoreError } from '../../errors/index.ts';
import { type MultipartFile, type MultipartForm, readMultipart } from '../../http/index.ts';
import { binaryNameProblem } from './binary-name.ts';
import { isVersionTooLong, normalVersion } from './binary-version.ts';
import { fitsOsType, readOsType } from './client-binary.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { manifestLimit, readManifest } from './manifest.ts';
import type { ApplicationType, Artifact } from './store/artifact.ts';
import type { OsType } from './store/binary.ts';
import { readBoolean } from './wire.ts';

const longestDescription = 1000;
const textParts = [
  'appKey',
  'applicationType',
  'binaryGroupKey',
  'version',
  'description',
  'osType',
  'fix',
] as const;

/** The two parts that every upload has. */
export interface UploadFile {
  readonly file: MultipartFile;
  readonly name: string;
  readonly applicationType: ApplicationType;
}

/** What else an upload says, checked against its artifact. */
export interface UploadDetails {
  /** Normalised; undefined for a generated label. */
  readonly version: string | undefined;
  readonly description: string | null;
  readonly osType: OsType | undefined;
  readonly fix: boolean;
  readonly manifest: MultipartFile | undefined;
}

/**
 * Streams the body of an upload into the blob store. Throws FILE_SIZE_CAPACITY_EXCEEDED and, for what is no form,
 * BAD_REQUEST; the caller discards the form at its end. `anonymous`: not even an app key was shown yet.
 */
export async function readUploadForm(
  context: Context,
  request: FastifyRequest,
  { limit = context.parts.settings.uploadLimitBytes, anonymous = false } = {},
): Promise<MultipartForm> {
  try {
    return await readMultipart(request, context.parts.blobs, {
      files: { binaryFile: limit, metaFile: limit },
      fields: textParts,
      totalFileBytes: limit,
      anonymous,
    });
  } catch (error) {
    // A text part that is too long is a malformed request; only files have a capacity.
    if (isCoreError(error, 'too-large') && error.path !== undefined) {
      throw refusal('BAD_REQUEST', error.message);
    }
    throw error;
  }
}

/** The parts without which nothing is an upload. Throws BAD_REQUEST (contract nhn-deploy 3.3). */
export function uploadFile(form: MultipartForm): UploadFile {
  const file = form.files.get('binaryFile');
  if (!file) throw refusal('BAD_REQUEST', 'the part binaryFile is missing');
  const problem = binaryNameProblem(file.fileName);
  if (problem !== undefined || file.fileName === undefined) throw refusal('BAD_REQUEST', problem);
  if (file.blob.size === 0) throw refusal('BAD_REQUEST', 'the part binaryFile is empty');
  const applicationType = form.fields.get('applicationType')?.trim();
  if (applicationType !== 'server' && applicationType !== 'client') {
    throw refusal('BAD_REQUEST', 'the part applicationType must be server or client');
  }
  return { file, name: file.fileName, applicationType };
}

/** The rest of the form, in the contract's order of checks (nhn-deploy 3.3). */
export async function uploadDetails(
  form: MultipartForm,
  { name, applicationType }: UploadFile,
  artifact: Artifact,
): Promise<UploadDetails> {
  if (applicationType !== artifact.type) {
    throw refusal(
      'BAD_REQUEST',
      `applicationType is ${applicationType}, the artifact's type ${artifact.type}`,
    );
  }
  const isClient = artifact.type === 'client';
  const fix = isClient && readFix(form.fields.get('fix'));
  const version = readVersion(form.fields.get('version'));
  const description = readDescription(form.fields.get('description'));
  const osType = isClient ? readClientOs(form.fields.get('osType'), name) : undefined;
  const manifest = osType === 'iOS' ? await checkedManifest(form.files.get('metaFile')) : undefined;
  return { version, description, osType, fix, manifest };
}

function readFix(word: string | undefined): boolean {
  if (word === undefined || word.trim() === '') return false;
  const fix = readBoolean(word);
  if (fix === undefined) throw refusal('BAD_REQUEST', 'the part fix must be true or false');
  return fix;
}

/** The normalised version; undefined when the upload names none, or nothing is left of it. */
export function readVersion(given: string | undefined): string | undefined {
  const version = normalVersion(given ?? '');
  if (isVersionTooLong(version)) throw refusal('BAD_REQUEST', 'the version is longer than 100 characters');
  return version === '' ? undefined : version;
}

function readDescription(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (given.includes('\0') || [...given].length > longestDescription) {
    throw refusal(
      'BAD_REQUEST',
      `the description has at most ${longestDescription} characters, none of them NUL`,
    );
  }
  return given;
}

function readClientOs(word: string | undefined, fileName: string): OsType {
  const osType = readOsType(word);
  if (!osType) throw refusal('NOT_FOUND_OS', 'the part osType must be iOS, Android or etc');
  if (!fitsOsType(fileName, osType)) {
    throw refusal(
      'INVALID_FILE_EXTENSION',
      `${fileName} is no binary of ${osType}: .ipa for iOS, .apk for Android`,
    );
  }
  return osType;
}

async function checkedManifest(file: MultipartFile | undefined): Promise<MultipartFile | undefined> {
  // Forms of browsers and some clients send an empty part for a file that was not chosen.
  if (!file || (file.blob.size === 0 && file.fileName === undefined)) return undefined;
  if (!file.fileName?.toLowerCase().endsWith('.plist')) {
    throw refusal('INVALID_FILE_EXTENSION', 'the part metaFile must be a .plist file');
  }
  if (file.blob.size > manifestLimit) {
    throw refusal('FILE_SIZE_CAPACITY_EXCEEDED', `the part metaFile has at most ${manifestLimit} bytes`);
  }
  try {
    await readManifest(await readFile(file.blob.file));
  } catch (error) {
    if (isCoreError(error, 'invalid')) throw refusal('METAFILE_UNREADABLE', error.message);
    throw error;
  }
  return file;
}
