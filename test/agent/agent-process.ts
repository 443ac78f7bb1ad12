import { ProgramProcess } from '../harness/program-process.ts';

/** A real agent in a process of its own. */
export class AgentProcess extends ProgramProcess {}
