import type { FlagValues } from '../command-line.ts';
import { failure } from '../np-error.ts';
import type { Runtime } from '../runtime.ts';
import { type CiRun, ciRun } from './ci-run.ts';
import { askGit } from './git.ts';

/** Which commit of which repository is being built: what the flags say, else what CI says, else what git says. */
export class SourceState {
  readonly #flags: FlagValues;
  readonly #run: CiRun;
  readonly #runtime: Runtime;

  constructor(flags: FlagValues, runtime: Runtime) {
    this.#flags = flags;
    this.#run = ciRun(runtime.environment);
    this.#runtime = runtime;
  }

  /** Undefined where nobody knows it. */
  async knownRepository(): Promise<string | undefined> {
    const { repository_url: given } = this.#flags;
    return given ?? this.#run.repositoryUrl ?? (await this.#git('config', '--get', 'remote.origin.url'));
  }

  /** Throws where nobody knows it. */
  async repositoryUrl(): Promise<string> {
    const found = await this.knownRepository();
    if (found === undefined) {
      throw failure('No repository is known here: say it by --repository_url, or give --application_id');
    }
    return found;
  }

  /** Throws where nobody knows it. */
  async commitId(): Promise<string> {
    const found = this.#flags['commit.id'] ?? this.#run.commitId ?? (await this.#git('rev-parse', 'HEAD'));
    if (found === undefined) throw failure('No commit is known here: say it by --commit.id');
    return found;
  }

  /** Undefined where there is none, as when git stands at no branch. */
  async branch(): Promise<string | undefined> {
    const known = this.#flags.branch ?? this.#run.branch;
    return known ?? (await this.#git('symbolic-ref', '--short', '-q', 'HEAD'));
  }

  /** Of the commit, cut to what the API takes. */
  async description(): Promise<string | undefined> {
    const known = this.#flags.description ?? this.#run.description;
    return (known ?? (await this.#git('log', '-1', '--format=%s')))?.slice(0, 2000);
  }

  #git(...words: readonly string[]): Promise<string | undefined> {
    return askGit(this.#runtime, ...words);
  }
}
