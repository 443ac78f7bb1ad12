import { ProgramProcess } from '../harness/program-process.ts';

/** A real router in a process of its own. */
export class RouterProcess extends ProgramProcess {
  /** The address at which it listens, once it does. */
  async address(): Promise<string> {
    const log = await this.logged('routes at ');
    return /routes at (\S+)/.exec(log)?.[1] as string;
  }
}
