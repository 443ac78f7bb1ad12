import { signal } from '@preact/signals';
import { currentUser, logIn, logOut, type User } from './api.ts';
import { mayPass, onSessionEnd, type Problem, problemOf } from './request.ts';

/** Who is logged in: `undefined` while that is not known yet, `null` for nobody. */
export const user = signal<User | null | undefined>(undefined);

/** Why it could not be found out who is logged in. */
export const sessionProblem = signal<Problem | undefined>(undefined);

/** Finds out who is logged in, and hears from then on when a call says that the session is over. Tries again while the server is away. */
export async function restoreSession(): Promise<void> {
  onSessionEnd(() => {
    user.value = null;
  });
  try {
    user.value = await currentUser();
    sessionProblem.value = undefined;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 401) user.value = null;
    else sessionProblem.value = problem;
    if (mayPass(problem)) setTimeout(restoreSession, 3000);
  }
}

/** Logs in; throws a Problem for a wrong name or password. */
export async function startSession(name: string, password: string): Promise<void> {
  user.value = await logIn(name, password);
}

/** Logs out, here and on the server. */
export async function endSession(): Promise<void> {
  await logOut();
  user.value = null;
}
