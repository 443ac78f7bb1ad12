import { createHash, randomBytes } from 'node:crypto';
import { world } from './declaration.ts';

/** What was acknowledged: it has to be there at the end, whatever was killed. */
export interface Acknowledged {
  readonly uploads: { url: string; sha256: string }[];
  readonly deployKeys: number[];
}

interface Envelope<Body> {
  readonly header: { readonly isSuccessful: boolean; readonly resultCode: string };
  readonly body: Body | null;
}

/** Speaks NHN Cloud Deploy to the server that is being killed, and keeps what it acknowledged. */
export class Caller {
  readonly acknowledged: Acknowledged = { uploads: [], deployKeys: [] };
  readonly #base: string;

  constructor(base: string) {
    this.#base = `${base}/api/v1.0/projects/${world.appKey}/artifacts/${world.artifact}`;
  }

  /** Uploads `bytes` random bytes; a broken connection or a refusal acknowledges nothing. */
  async upload(bytes: number): Promise<void> {
    const content = randomBytes(bytes);
    const form = new FormData();
    form.set('binaryFile', new Blob([content]), 'shaken.bin');
    form.set('applicationType', 'server');
    form.set('version', randomBytes(12).toString('hex'));
    const answer = await this.#call<{ downloadUrl: string }>(`/binary-group/${world.binaryGroup}`, {
      body: form,
    });
    if (!answer?.body) return;
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.acknowledged.uploads.push({ url: answer.body.downloadUrl, sha256 });
  }

  /** Starts a deployment on all servers without waiting for its end. */
  async deploy(): Promise<void> {
    const answer = await this.#call<{ deployKey: number }>(
      `/server-group/${world.serverGroup}/scenario/${world.scenario}/deploy`,
      {
        body: JSON.stringify({ async: true }),
        headers: { 'content-type': 'application/json', ...keyHeaders },
      },
    );
    if (answer?.body) this.acknowledged.deployKeys.push(answer.body.deployKey);
  }

  async #call<Body>(path: string, request: RequestInit): Promise<Envelope<Body> | undefined> {
    try {
      const response = await fetch(this.#base + path, { method: 'POST', ...request });
      const answer = (await response.json()) as Envelope<Body>;
      if (!answer.header.isSuccessful && answer.header.resultCode !== 'GENERAL_EXCEPTION') {
        throw new Error(`${path} was refused: ${answer.header.resultCode}`);
      }
      return answer.header.isSuccessful ? answer : undefined;
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError || brokeOff(error)) return undefined;
      throw error;
    }
  }
}

function brokeOff(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || 'cause' in error);
}

/** The access key's headers of v1.0 and v2.0. */
export const keyHeaders = {
  'x-tc-authentication-id': world.keyId,
  'x-tc-authentication-secret': world.keySecret,
};
