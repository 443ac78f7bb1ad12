/**
 * The worker thread of the embedded database: long reads and backups on connections of their own, so that neither the
 * server's event loop nor its writer waits for them. Its file is an entry point of the bundle (`*.worker.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads';
import { isCoreError } from '../../../errors/index.ts';
import { SqliteConnection } from './connection.ts';
import { sqliteError } from './errors.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-protocol.ts';

interface Scan {
  readonly connection: SqliteConnection;
  readonly rows: Iterator<unknown>;
  readonly batchSize: number;
}

const { file, ending: endingBytes } = workerData as WorkerStart;
const ending = new Int32Array(endingBytes);
const scans = new Map<number, Scan>();

parentPort?.on('message', (request: WorkerRequest) => {
  const answer = answerTo(request);
  if (answer) parentPort?.postMessage(answer);
});

function answerTo(request: WorkerRequest): WorkerAnswer | undefined {
  const { id } = request;
  try {
    switch (request.kind) {
      case 'scan': {
        const connection = new SqliteConnection(file, { readOnly: true });
        scans.set(id, { connection, rows: iterate(connection, request), batchSize: request.batchSize });
        return nextBatch(id);
      }
      case 'next':
        return nextBatch(id);
      case 'leave':
        leave(id);
        return undefined;
      case 'backup':
        copyTo(request.file);
        return { id, kind: 'done' };
      case 'end':
        parentPort?.close();
        for (const scan of [...scans.keys()]) leave(scan);
        return undefined;
    }
  } catch (thrown) {
    leave(id);
    const error = sqliteError(thrown);
    if (isCoreError(error))
      return { id, kind: 'failed', code: error.code, message: error.message, internal: error.internal ?? '' };
    return { id, kind: 'failed', code: 'internal', message: 'A long read failed.', internal: String(error) };
  }
}

/** One statement is one snapshot; its connection is closed when it ends. */
function iterate(
  connection: SqliteConnection,
  request: { readonly sql: string; readonly parameters: readonly unknown[] },
): Iterator<unknown> {
  try {
    return connection.database.prepare(request.sql).iterate(...request.parameters);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function nextBatch(id: number): WorkerAnswer {
  const scan = scans.get(id);
  const rows: unknown[] = [];
  while (scan && rows.length < scan.batchSize && Atomics.load(ending, 0) === 0) {
    const next = scan.rows.next();
    if (next.done) {
      if (rows.length === 0) leave(id);
      break;
    }
    rows.push(next.value);
  }
  return { id, kind: 'rows', rows };
}

function leave(id: number): void {
  const scan = scans.get(id);
  scans.delete(id);
  scan?.rows.return?.();
  scan?.connection.close();
}

/** VACUUM INTO copies one snapshot, packed; it refuses a file that is there already. */
function copyTo(target: string): void {
  const connection = new SqliteConnection(file, { readOnly: true });
  try {
    connection.database.prepare('vacuum into ?').run(target);
  } finally {
    connection.close();
  }
}
