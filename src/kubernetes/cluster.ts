import { CoreError, isCoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';
import { type ApiAnswer, type ApiCall, callApi } from './api-call.ts';
import { type ClusterSettings, readAccess } from './cluster-access.ts';
import { type KubernetesKind, type KubernetesObject, nameOf, pathOf } from './object.ts';
import { pause } from './pause.ts';

/** Under this name the API server remembers which fields are ours. */
const fieldManager = 'slipway';
/** Three quarters of a minute in all: as long as an API server takes to be replaced. */
const tries = 12;
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 5000;

/** Reads and writes objects of one cluster. Every call may be repeated; failing connections and busy servers are tried again. */
export class Cluster {
  readonly #settings: ClusterSettings;
  readonly #clock: Clock;

  constructor(settings: ClusterSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * Server-side apply: the object is as wanted afterwards, also where somebody else had changed the fields. With a
   * `resourceVersion` in it, throws `conflict` when the object was changed since.
   */
  async apply(object: KubernetesObject, signal: AbortSignal): Promise<KubernetesObject> {
    const answer = await this.#call(object, object.metadata, signal, {
      method: 'PATCH',
      query: `?fieldManager=${fieldManager}&force=true`,
      contentType: 'application/apply-patch+yaml',
      // JSON is YAML.
      body: JSON.stringify(object),
    });
    if (answer.status >= 300) throw refusal(`apply ${nameOf(object)}`, answer);
    return JSON.parse(answer.text);
  }

  /** The object as it is; undefined when there is none. */
  async find(
    object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
    signal: AbortSignal,
  ): Promise<KubernetesObject | undefined> {
    const answer = await this.#call(object, object.metadata, signal, { method: 'GET' });
    if (answer.status === 404) return undefined;
    if (answer.status >= 300) throw refusal(`read ${nameOf(object)}`, answer);
    return JSON.parse(answer.text);
  }

  /** The kind's objects whose labels match the selector, like `a=1,b!=2`. */
  async list(kind: KubernetesKind, selector: string, signal: AbortSignal): Promise<KubernetesObject[]> {
    const query = `?labelSelector=${encodeURIComponent(selector)}`;
    const answer = await this.#call(kind, {}, signal, { method: 'GET', query });
    if (answer.status >= 300) throw refusal(`list objects of the kind ${kind.kind}`, answer);
    const { items } = JSON.parse(answer.text) as { items: KubernetesObject[] };
    // Items of a list do not say what they are.
    return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  /** Deletes the object and, in the background, what it owns; does nothing when there is none. */
  async remove(
    object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#call(object, object.metadata, signal, {
      method: 'DELETE',
      query: '?propagationPolicy=Background',
    });
    if (answer.status >= 300 && answer.status !== 404) throw refusal(`delete ${nameOf(object)}`, answer);
  }

  async #call(
    kind: KubernetesKind,
    place: { readonly name?: string; readonly namespace?: string },
    signal: AbortSignal,
    call: Omit<ApiCall, 'path'> & { readonly query?: string },
  ): Promise<ApiAnswer> {
    const { query = '', ...rest } = call;
    for (let attempt = 1; ; attempt += 1) {
      const access = await readAccess(this.#settings);
      const path = pathOf(kind, place.namespace ?? access.namespace, place.name) + query;
      const answer = await callApi(access, { ...rest, path }, signal).catch((error: Error) => {
        signal.throwIfAborted();
        return new CoreError(
          'unavailable',
          `The cluster at ${access.server} cannot be reached: ${error.message}.`,
        );
      });
      const isFinal = !isCoreError(answer) && answer.status < 500 && answer.status !== 429;
      if (!isCoreError(answer) && (isFinal || attempt === tries)) return answer;
      if (isCoreError(answer) && attempt === tries) throw answer;
      const milliseconds = Math.min(firstPauseMilliseconds * 2 ** (attempt - 1), longestPauseMilliseconds);
      await pause(this.#clock, milliseconds, signal);
    }
  }
}

/** What the API server said no to, in its own words. */
function refusal(what: string, { status, text }: ApiAnswer): CoreError {
  let message = text.slice(0, 500);
  try {
    message = String((JSON.parse(text) as { message?: unknown }).message ?? message);
  } catch {
    // A proxy in between may answer anything.
  }
  const code = status === 409 ? 'conflict' : status === 401 || status === 403 ? 'forbidden' : 'invalid';
  return new CoreError(
    status >= 500 || status === 429 ? 'unavailable' : code,
    `The cluster did not ${what} (status ${status}): ${message}`,
  );
}
