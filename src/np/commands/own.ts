import type { Command } from '../command.ts';

/** What is about the program itself, and tokens (contract nullplatform 2.3, 6.4). */
export const ownCommands: readonly Command[] = [
  {
    words: 'token create',
    brief: 'Exchange the API key for a bearer token',
    method: 'POST',
    path: '/token',
    body: [
      { name: 'api_key', brief: 'the key; default the one of the environment' },
      { name: 'refresh_token', brief: 'renew with this, together with organization_id' },
    ],
    defaultBody: null,
    example: '--query .access_token',
    does: 'token-create',
  },
  {
    words: 'completion',
    brief: 'Print the completion of a shell',
    operand: ['bash', 'zsh', 'fish'],
    example: 'bash',
    does: 'completion',
  },
  { words: 'version', brief: 'Print the version', does: 'version' },
];
