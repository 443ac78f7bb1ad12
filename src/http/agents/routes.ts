import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AgentGateway } from '../../engine/index.ts';
import { protocolHeader, protocolVersion } from '../../engine/protocol.ts';
import { CoreError, isCoreError } from '../../errors/index.ts';
import type { Clock } from '../../storage/index.ts';
import { coreForm } from '../core-form.ts';
import { callSignal, draining } from '../held-calls.ts';
import { sendBlob } from '../send-blob.ts';
import { agentProgram, handedOutVersion } from './bundle.ts';
import { installScript } from './install-script.ts';
import { readInstanceReport } from './instance-shapes.ts';
import { createJoinThrottle } from './join-throttle.ts';
import { readJoin, readPoll, readReport } from './request-shapes.ts';

/** Two output events of the largest size and what comes with them; agents send at most half of it. */
const reportBytes = 4 * 1_048_576;
/** A thousand instances with their troubles, and 256 KiB of what they wrote. */
const instanceBytes = 2 * 1_048_576;
const ownCredential = 'agents prove themselves with the credential of their host';
const pollConfig = { open: ownCredential, quiet: true, background: true, hearsWhileDraining: true };
const beforeJoin = 'needed before a host has joined; holds no secrets';

declare module 'fastify' {
  interface FastifyRequest {
    /** The host whose credential came with a call of the agent protocol. */
    agentHost: string;
  }
}

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
    app.decorateRequest('agentHost', '');
    const open = { onRequest: checkProtocol };
    // Before the body is read: strangers are not listened to.
    const known = { onRequest: [checkProtocol, authenticate] };
    app.post(
      '/agent/v1/join',
      { ...open, config: { open: 'the join token in the body is the proof' }, bodyLimit: 65_536 },
      join,
    );
    app.post('/agent/v1/poll', { ...known, config: pollConfig, bodyLimit: 65_536 }, poll);
    app.post(
      '/agent/v1/report',
      { ...known, config: { open: ownCredential, quiet: true }, bodyLimit: reportBytes },
      (request) => gateway.report(request.agentHost, readReport(request.body)),
    );
    app.post(
      '/agent/v1/instances',
      { ...known, config: { open: ownCredential, quiet: true }, bodyLimit: instanceBytes },
      (request) => gateway.instances(request.agentHost, readInstanceReport(request.body)),
    );
    app.get<{ Params: { sha256: string } }>(
      '/agent/v1/blobs/:sha256',
      { ...known, config: { open: ownCredential } },
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

  async function authenticate(request: FastifyRequest): Promise<void> {
    const [, credential] = /^Bearer (\S{1,1000})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (credential === undefined) {
      throw new CoreError('unauthenticated', 'An agent sends its credential as `Authorization: Bearer`');
    }
    request.agentHost = await gateway.authenticate(credential);
  }

  async function join(request: FastifyRequest) {
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
    const asked = readPoll(request.body);
    if (request.server.heldCalls.draining) {
      await gateway.hear(request.agentHost, asked);
      throw draining();
    }
    const answer = await gateway.poll(request.agentHost, asked, callSignal(request, reply));
    const version = handedOutVersion();
    const isCurrent = version === undefined || asked.agentVersion === version;
    return isCurrent || answer.updateTo ? answer : { ...answer, updateTo: version };
  }

  async function blob(request: FastifyRequest<{ Params: { sha256: string } }>, reply: FastifyReply) {
    const { sha256 } = request.params;
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new CoreError('not-found', 'No such file');
    const found = await gateway.blob(request.agentHost, sha256);
    const blobs = { open: (_: string, range?: { start: number; end: number }) => found.open(range) };
    return await sendBlob(request, reply, blobs, { sha256, size: found.size }, { fileName: sha256 });
  }
}

async function program(request: FastifyRequest, reply: FastifyReply) {
  const { bytes, etag } = await agentProgram();
  reply.headers({ etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('text/javascript; charset=utf-8').send(bytes);
}

/** Answers 426 to what does not speak this version of the protocol. */
async function checkProtocol(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.headers[protocolHeader] === String(protocolVersion)) return;
  const message = `This server speaks version ${protocolVersion} of the agent protocol (${protocolHeader}): install its agent again`;
  await reply.code(426).send(coreForm(426, 'upgrade-required', message));
}
