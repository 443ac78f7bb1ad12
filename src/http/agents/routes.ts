import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AgentGateway } from '../../engine/index.ts';
import { protocolHeader, protocolVersion } from '../../engine/protocol.ts';
import { CoreError, isCoreError } from '../../errors/index.ts';
import type { Clock } from '../../storage/index.ts';
import { coreForm } from '../core-form.ts';
import { callSignal } from '../held-calls.ts';
import { sendBlob } from '../send-blob.ts';
import { agentProgram, handedOutVersion } from './bundle.ts';
import { installScript } from './install-script.ts';
import { createJoinThrottle } from './join-throttle.ts';
import { readJoin, readPoll, readReport } from './request-shapes.ts';

/** Two output events of the largest size and what comes with them; agents send at most half of it. */
const reportBytes = 4 * 1_048_576;
const ownCredential = 'agents prove themselves with the credential of their host';
const beforeJoin = 'needed before a host has joined; holds no secrets';

/** What the agent's edge needs of the composition's parts. */
export interface AgentRouteParts {
  readonly engine: { readonly agents: AgentGateway };
  readonly clock: Clock;
  readonly publicUrl: (request?: FastifyRequest) => string;
}

/**
 * The HTTP edge of the agent protocol (`engine/protocol.ts`), and what a host needs to get an agent.
 * @example await app.register(createAgentRoutes(parts));
 */
export function createAgentRoutes(parts: AgentRouteParts): (app: FastifyInstance) => Promise<void> {
  const gateway = parts.engine.agents;
  const throttle = createJoinThrottle(parts.clock);

  return async (app) => {
    app.post(
      '/agent/v1/join',
      { config: { open: 'the join token in the body is the proof' }, bodyLimit: 65_536 },
      join,
    );
    app.post(
      '/agent/v1/poll',
      { config: { open: ownCredential, quiet: true, background: true }, bodyLimit: 65_536 },
      poll,
    );
    app.post(
      '/agent/v1/report',
      { config: { open: ownCredential, quiet: true }, bodyLimit: reportBytes },
      report,
    );
    app.get<{ Params: { sha256: string } }>(
      '/agent/v1/blobs/:sha256',
      { config: { open: ownCredential } },
      blob,
    );
    app.get('/agent/slipway-agent.mjs', { config: { open: beforeJoin } }, program);
    app.get('/agent/version', { config: { open: beforeJoin } }, async () => ({
      version: (await agentProgram()).version,
    }));
    app.get('/agent/install.sh', { config: { open: beforeJoin } }, async (request, reply) =>
      reply
        .type('text/x-shellscript; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(installScript(parts.publicUrl(request))),
    );
  };

  async function join(request: FastifyRequest, reply: FastifyReply) {
    if (!speaks(request)) return tooOld(reply);
    throttle.check(request.ip);
    try {
      return await gateway.join(readJoin(request.body), request.ip);
    } catch (error) {
      if (isCoreError(error, 'unauthenticated') || isCoreError(error, 'forbidden'))
        throttle.refused(request.ip);
      throw error;
    }
  }

  async function poll(request: FastifyRequest, reply: FastifyReply) {
    if (!speaks(request)) return tooOld(reply);
    const host = await authenticate(request);
    const asked = readPoll(request.body);
    const answer = await gateway.poll(host, asked, callSignal(request, reply));
    const version = handedOutVersion();
    const isCurrent = version === undefined || asked.agentVersion === version;
    return isCurrent || answer.updateTo ? answer : { ...answer, updateTo: version };
  }

  async function report(request: FastifyRequest, reply: FastifyReply) {
    if (!speaks(request)) return tooOld(reply);
    return await gateway.report(await authenticate(request), readReport(request.body));
  }

  async function blob(request: FastifyRequest<{ Params: { sha256: string } }>, reply: FastifyReply) {
    const host = await authenticate(request);
    const { sha256 } = request.params;
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new CoreError('not-found', 'No such file');
    const found = await gateway.blob(host, sha256);
    const blobs = { open: (_: string, range?: { start: number; end: number }) => found.open(range) };
    return await sendBlob(request, reply, blobs, { sha256, size: found.size }, { fileName: sha256 });
  }

  async function authenticate(request: FastifyRequest): Promise<string> {
    const [, credential] = /^Bearer (\S{1,1000})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (credential === undefined) {
      throw new CoreError('unauthenticated', 'An agent sends its credential as `Authorization: Bearer`');
    }
    return await gateway.authenticate(credential);
  }
}

async function program(request: FastifyRequest, reply: FastifyReply) {
  const { bytes, etag } = await agentProgram();
  reply.headers({ etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('text/javascript; charset=utf-8').send(bytes);
}

function speaks(request: FastifyRequest): boolean {
  return request.headers[protocolHeader] === String(protocolVersion);
}

function tooOld(reply: FastifyReply): FastifyReply {
  const message = `This server speaks version ${protocolVersion} of the agent protocol (${protocolHeader}): install its agent again`;
  return reply.code(426).send(coreForm(426, 'upgrade-required', message));
}
