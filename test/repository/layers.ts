/** What each folder of `src/` may import besides itself (docs/adr/0001-layers.md). `biome.json` says the same. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  storage: ['errors'],
  ledger: ['errors', 'storage'],
  work: ['errors', 'storage', 'ledger'],
  identity: ['errors', 'storage', 'ledger', 'work'],
  engine: ['errors', 'storage', 'ledger', 'work', 'identity'],
  media: ['errors', 'storage', 'ledger', 'work', 'identity'],
  kubernetes: ['errors', 'storage', 'engine'],
  config: ['errors'],
  http: ['errors', 'storage', 'ledger', 'work', 'identity', 'engine', 'media', 'config', 'management'],
  management: ['errors', 'storage', 'ledger', 'work', 'identity', 'engine', 'media', 'config', 'http'],
  vendors: ['errors', 'storage', 'ledger', 'work', 'identity', 'engine', 'http', 'management'],
  dialects: [
    'errors',
    'storage',
    'ledger',
    'work',
    'identity',
    'engine',
    'media',
    'http',
    'management',
    'vendors',
    'kubernetes',
  ],
  processes: [],
  calls: [],
  demo: ['errors', 'management', 'processes'],
  cli: [
    'errors',
    'storage',
    'ledger',
    'work',
    'identity',
    'engine',
    'config',
    'http',
    'management',
    'agent',
    'router',
    'main.ts',
  ],
  agent: ['engine', 'calls'],
  router: ['engine', 'processes', 'calls'],
  np: ['config'],
};

/** Files that are a second door of their folder, with the one reader that needs them and why. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  // The agent's bundle must not pull in the engine: the protocol and the steps are all that both sides share.
  'src/engine/protocol.ts': ['src/agent', 'src/http/agents', 'test'],
  // Likewise for the router.
  'src/engine/router-protocol.ts': ['src/router', 'src/http/routers', 'test'],
  'src/engine/plan.ts': ['src/agent'],
  'src/engine/states.ts': ['src/agent'],
  'src/engine/steps/index.ts': ['src/agent'],
  // The HTTP edges of the two protocols are put together by the composition only.
  'src/http/agents/index.ts': ['src/main.ts'],
  'src/http/routers/index.ts': ['src/main.ts'],
  // Everything else of the agent is private; the command `slipway agent` runs its program.
  'src/agent/main.ts': ['src/cli'],
  'src/router/main.ts': ['src/cli'],
  // `np` starts in a moment: it takes the one function, and not the reader of settings behind the door.
  'src/config/nearest.ts': ['src/np'],
};

/** The room of a file: a folder of `src/`, or one dialect or vendor. */
export function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'dialects' || first === 'vendors' ? `${first}/${second}` : first;
}
