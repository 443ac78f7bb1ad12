/** A flag of a command; its name is the API's own, underscores and dots included. */
export interface Flag {
  readonly name: string;
  /** What the original's command calls it where that is no other spelling of the name (contract nullplatform 6.4). */
  readonly aliases?: readonly string[];
  readonly brief: string;
  /** What it can be; anything where this is absent. */
  readonly values?: readonly string[];
  /** Takes no value: it is there or it is not. */
  readonly isSwitch?: true;
  readonly isRequired?: true;
}

/** A field of a body, as the help names it. Whether it may be absent is for the API to say. */
export interface BodyKey {
  readonly name: string;
  readonly brief: string;
  readonly isRequired?: true;
}

/** Commands that are more than one call of the API. */
export type OwnCommand =
  | 'application-current'
  | 'asset-push'
  | 'build-start'
  | 'build-update'
  | 'completion'
  | 'deployment-watch'
  | 'token-create'
  | 'version';

/** One command: a row of the table in `commands.ts`, from which parsing, help and completion follow. */
export interface Command {
  /** `deployment create`: the words behind `np`. */
  readonly words: string;
  readonly brief: string;
  /** The call that it makes, or the main one of several; `:id` comes from the flag `--id`. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path?: string;
  /** Flags that are no part of the path: query parameters, or a command's own. */
  readonly flags?: readonly Flag[];
  /** Absent: the command takes no `--body`. */
  readonly body?: readonly BodyKey[];
  /** The body where none is given; without it `--body` must be. */
  readonly defaultBody?: object | null;
  /** What stands behind the words in the help's example. */
  readonly example?: string;
  /** Absent: the call above and nothing else. */
  readonly does?: OwnCommand;
  /** Takes one more word, which is one of these. */
  readonly operand?: readonly string[];
}

/** The names behind the colons of a command's path, in order. */
export function pathNames({ path = '' }: Pick<Command, 'path'>): string[] {
  return [...path.matchAll(/:([a-z_]+)/g)].map(([, name = '']) => name);
}

/** Flags that every command has. */
export const globalFlags: readonly Flag[] = [
  { name: 'query', brief: 'Print what is at this path of the answer, raw: .status, .results[0].id' },
  { name: 'format', brief: 'How the answer is printed (default json)', values: ['json', 'bash'] },
  { name: 'bash-prefix', brief: 'What the names of --format bash begin with (default NP)' },
  { name: 'no-output', brief: 'Print no answer', isSwitch: true },
  { name: 'api-key', brief: 'The API key; better in NULLPLATFORM_API_KEY, which no list of processes shows' },
  { name: 'access-token', brief: 'A bearer token in the place of a key; or NP_TOKEN' },
  { name: 'help', brief: 'Print this', isSwitch: true },
];

const bodyFlag: Flag = {
  name: 'body',
  brief:
    'JSON as text, the path of a file, or - for standard input; comments, bare keys and trailing commas are fine',
};

/** All flags of a command but the global ones: of its path, its own, and `--body`. */
export function flagsOf(command: Command): readonly Flag[] {
  const own = command.flags ?? [];
  const ofPath = pathNames(command)
    .filter((name) => !own.some((flag) => flag.name === name))
    .map((name): Flag => ({ name, brief: `Which ${nounOf(command, name)}`, isRequired: true }));
  const body: Flag[] =
    command.body === undefined
      ? []
      : [command.defaultBody === undefined ? { ...bodyFlag, isRequired: true } : bodyFlag];
  return [...ofPath, ...own, ...body];
}

/** What a name of the path is the number of: for `id` what the command is about, else the name's own noun. */
function nounOf({ words }: Command, name: string): string {
  const [noun = ''] = name === 'id' ? words.split(' ') : [name.replace(/_id$/, '')];
  return noun.replaceAll(/[-_]/g, ' ').replace('api key', 'API key');
}
