import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { contentDisposition } from '../../../http/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { dayAt } from '../calendar.ts';
import type { Context } from '../context.ts';
import { csvHeader, csvRow } from '../deployment-csv.ts';
import { deploymentRange, readDayRange, wholeHistory } from '../history-range.ts';
import { type Deployment, deploymentsIn } from '../store/deployment.ts';
import { artifactOfPath, artifactOnly, artifactUrl, onArtifact } from './artifact-scope.ts';

/** The history as a file that spreadsheets open, streamed however long it is (contract nhn-deploy 6). */
export function deploymentExportRoutes(app: FastifyInstance, context: Context): void {
  const { clock, settings, storage } = context.parts;
  const { timeZone } = settings;

  nativeRoute(app, {
    method: 'GET',
    url: `${artifactUrl}/deployments.csv`,
    tag: 'nhn-deploy deployments',
    summary: 'The history of an artifact as CSV; by default all of it, at most five years',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    query: Type.Object({
      from: Type.Optional(Type.String({ description: 'A day, yyyy-MM-dd.' })),
      to: Type.Optional(Type.String({ description: 'A day, yyyy-MM-dd, itself included.' })),
      serverGroup: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    streams: 'text/csv',
    alsoHead: true,
    async handle({ params, query: { from, to, serverGroup }, reply }) {
      const now = clock.now();
      const whole = from === undefined && to === undefined;
      const days = whole ? wholeHistory(now, timeZone) : readDayRange(from, to, dayAt(now, timeZone));
      const artifact = await storage.read((reader) => artifactOfPath(reader, params));
      const of = {
        artifactId: artifact.id,
        ...(serverGroup === undefined ? {} : { serverGroupId: serverGroup }),
      };
      const range = deploymentRange(days, timeZone, of);
      const batches = storage.scan<Deployment>((reader) => deploymentsIn(reader, range));
      reply.header(
        'content-disposition',
        contentDisposition('attachment', `deployments-${artifact.name}.csv`),
      );
      return reply
        .type('text/csv; charset=utf-8')
        .send(Readable.from(lines(batches, timeZone), { objectMode: false }));
    },
  });
}

async function* lines(batches: AsyncIterable<Deployment[]>, timeZone: string): AsyncGenerator<string> {
  yield csvHeader;
  for await (const rows of batches) yield rows.map((row) => csvRow(row, timeZone)).join('');
}
