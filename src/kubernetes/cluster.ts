import { CoreError, type ErrorCode, isCoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';
import { type ApiAnswer, type ApiCall, callApi } from './api-call.ts';
import { type ClusterSettings, readAccess } from './cluster-access.ts';
import { type KubernetesKind, type KubernetesObject, nameOf, pathOf } from './object.ts';
import { fieldManager } from './ownership.ts';
import { pause } from './pause.ts';
import { withoutValues } from './secret-words.ts';

/** As long as an API server takes to be replaced. */
const patienceMilliseconds = 45_000;
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 5000;
/** Two writers of one object at the same instant; the second one has only to try again. */
const conflictTries = 5;
const pageSize = 500;

/**
 * A real API server that has just been started forbids everything until it has read its roles: seen for a second or two
 * with 1.34. A token may also be replaced in this moment.
 */
const refusedMilliseconds = 20_000;

/** How long calls go on while the API server cannot be reached or is busy, and who hears that they do. */
export interface Patience {
  readonly milliseconds: number;
  /** Told once in a row of failures. */
  readonly onTrouble?: (text: string) => void;
}

/** Reads and writes objects of one cluster. Every call may be repeated; failing connections and busy servers are tried again. */
export class Cluster {
  readonly #settings: ClusterSettings;
  readonly #clock: Clock;
  readonly #patience: Patience;

  constructor(
    settings: ClusterSettings,
    clock: Clock,
    patience: Patience = { milliseconds: patienceMilliseconds },
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#patience = patience;
  }

  /** The same cluster for callers who can wait longer or less long; each call has the whole time. */
  with(patience: Patience): Cluster {
    return new Cluster(this.#settings, this.#clock, patience);
  }

  /**
   * Server-side apply: the object is as wanted afterwards, also where somebody else had changed the fields. With a
   * `resourceVersion` in it, throws `conflict` when the object was changed since. Nothing that is said of a Secret repeats
   * its values.
   */
  async apply(object: KubernetesObject, signal: AbortSignal): Promise<KubernetesObject> {
    const plain = (text: string) => withoutValues(text, object);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#call(object, object.metadata, signal, {
        plain,
        method: 'PATCH',
        suffix: `?fieldManager=${fieldManager}&force=true`,
        contentType: 'application/apply-patch+yaml',
        // JSON is YAML.
        body: JSON.stringify(object),
      });
      if (answer.status < 300) return JSON.parse(answer.text);
      const mayPass = answer.status === 409 && object.metadata.resourceVersion === undefined;
      if (!mayPass || attempt === conflictTries) throw refusal(`apply ${nameOf(object)}`, answer, plain);
      await pause(this.#clock, firstPauseMilliseconds * attempt, signal);
    }
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
    const query = `?labelSelector=${encodeURIComponent(selector)}&limit=${pageSize}`;
    let found: KubernetesObject[] = [];
    let next = '';
    for (;;) {
      const answer = await this.#call(kind, {}, signal, { method: 'GET', suffix: query + next });
      // The list has grown too old to be continued: anew.
      if (answer.status === 410 && next !== '') {
        found = [];
        next = '';
        continue;
      }
      if (answer.status >= 300) throw refusal(`list objects of the kind ${kind.kind}`, answer);
      const { items, metadata } = JSON.parse(answer.text) as ObjectList;
      // Items of a list do not say what they are.
      found.push(...items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind })));
      if (!metadata?.continue) return found;
      next = `&continue=${encodeURIComponent(metadata.continue)}`;
    }
  }

  /** What a pod's container wrote, as text; undefined when there is no such pod, or nothing of it yet. */
  async log(pod: string, query: URLSearchParams, signal: AbortSignal): Promise<string | undefined> {
    const kind = { apiVersion: 'v1', kind: 'Pod' };
    const answer = await this.#call(kind, { name: pod }, signal, { method: 'GET', suffix: `/log?${query}` });
    // 400: its container has not been started.
    if (answer.status === 404 || answer.status === 400) return undefined;
    if (answer.status >= 300) throw refusal(`read the log of Pod ${pod}`, answer);
    return answer.text;
  }

  /** Deletes the object and, in the background, what it owns; does nothing when there is none. */
  async remove(
    object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#call(object, object.metadata, signal, {
      method: 'DELETE',
      suffix: '?propagationPolicy=Background',
    });
    if (answer.status >= 300 && answer.status !== 404) throw refusal(`delete ${nameOf(object)}`, answer);
  }

  async #call(
    kind: KubernetesKind,
    place: { readonly name?: string; readonly namespace?: string },
    signal: AbortSignal,
    /** `suffix` stands behind the object's path: a part of it, a query. `plain` takes out of an answer what nobody may read. */
    call: Omit<ApiCall, 'path'> & { readonly suffix?: string; readonly plain?: Plain },
  ): Promise<ApiAnswer> {
    const { suffix = '', plain, ...rest } = call;
    const { milliseconds: patience, onTrouble } = this.#patience;
    const giveUpAt = this.#clock.now() + patience;
    let refusedSince: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const access = await readAccess(this.#settings);
      const path = pathOf(kind, place.namespace ?? access.namespace, place.name) + suffix;
      const answer = await callApi(access, { ...rest, path }, signal).catch((error: Error) => {
        signal.throwIfAborted();
        if (isCoreError(error)) throw error;
        return new CoreError(
          'unavailable',
          `The cluster at ${access.server} cannot be reached: ${error.message}.`,
        );
      });
      const isRefused = !isCoreError(answer) && (answer.status === 401 || answer.status === 403);
      refusedSince = isRefused ? (refusedSince ?? this.#clock.now()) : undefined;
      const isNewlyRefused =
        refusedSince !== undefined && this.#clock.now() - refusedSince < refusedMilliseconds;
      if (!isCoreError(answer) && !isBusy(answer) && !isNewlyRefused) return answer;
      const milliseconds = Math.min(firstPauseMilliseconds * 2 ** (attempt - 1), longestPauseMilliseconds);
      if (this.#clock.now() + milliseconds >= giveUpAt) {
        if (isCoreError(answer)) throw answer;
        return answer;
      }
      if (attempt === 1) {
        onTrouble?.(isCoreError(answer) ? answer.message : refusal('answer', answer, plain).message);
      }
      await pause(this.#clock, milliseconds, signal);
    }
  }
}

function isBusy({ status }: Pick<ApiAnswer, 'status'>): boolean {
  return status >= 500 || status === 429;
}

interface ObjectList {
  readonly items: readonly KubernetesObject[];
  readonly metadata?: { readonly continue?: string };
}

type Plain = (text: string) => string;

const longestRefusal = 2000;

/** What the API server said no to, in its own words. */
function refusal(what: string, { status, text }: ApiAnswer, plain: Plain = (said) => said): CoreError {
  const message = plain(messageOf(text)).slice(0, longestRefusal);
  return new CoreError(codeOf(status), `The cluster did not ${what} (status ${status}): ${message}`);
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text);
  } catch {
    // A proxy in between may answer anything.
    return text;
  }
}

function codeOf(status: number): ErrorCode {
  if (isBusy({ status })) return 'unavailable';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  return status === 409 ? 'conflict' : 'invalid';
}
