import { Problem } from '../request.ts';
import { actOn, type DeploymentAction } from '../scope-api.ts';
import { deploymentWords } from './words.ts';

/** Asks for something of a deployment. Throws a Problem that says in words what state refuses it. */
export async function actInWords(deploymentId: number, action: DeploymentAction): Promise<void> {
  try {
    await actOn(deploymentId, action);
  } catch (error) {
    throw error instanceof Problem ? inWords(error) : error;
  }
}

/** A refused change of state as people read it; another problem as it is. */
export function inWords(problem: Problem): Problem {
  const [, from] = /^Invalid status transition: (\w+) -> \w+$/.exec(problem.message) ?? [];
  if (from === undefined) return problem;
  const { word } = deploymentWords(from);
  const text = `That cannot be done now: the state of this deployment is "${word}". Somebody else may have been faster.`;
  return new Problem(problem.status, problem.code, text, problem.path);
}
