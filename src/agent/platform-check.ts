import { AgentError, exitCodes } from './agent-error.ts';

/** Refuses machines that the agent does not run on, with what to do instead. */
export function checkPlatform(platform: string, nodeVersion: string): void {
  if (platform === 'win32') {
    throw new AgentError(
      exitCodes.usage,
      'The agent does not run on Windows yet: run it on Linux or macOS, or inside WSL.',
    );
  }
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new AgentError(
      exitCodes.usage,
      `The agent needs Node.js 20.19 or newer; this is ${nodeVersion}. See https://nodejs.org/en/download`,
    );
  }
}
