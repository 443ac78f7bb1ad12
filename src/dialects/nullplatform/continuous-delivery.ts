import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import type { Application, Build } from './wire.ts';

/**
 * Releases a successful build and deploys it to the scopes of its application that follow its branch (contract
 * nullplatform 6.5, continuous delivery).
 */
export async function deployByItself(
  _context: Context,
  _unit: Unit,
  _application: Application,
  _build: Build,
): Promise<void> {}
