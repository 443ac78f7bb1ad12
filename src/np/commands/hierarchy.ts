import type { BodyKey, Command, Flag } from '../command.ts';
import { filters, pageFlags } from './common-flags.ts';

/** A noun that is made, listed, read, changed by two verbs and deleted. */
interface Level {
  readonly noun: string;
  readonly article: 'a' | 'an';
  readonly filters: readonly string[];
  readonly keys: readonly BodyKey[];
  readonly example: string;
}

const deleted: Flag = { name: 'show_deleted', brief: 'Deleted ones, too', isSwitch: true };

function levelCommands({ noun, article, filters: names, keys, example }: Level): readonly Command[] {
  const changes = keys.map(({ name, brief }) => ({ name, brief }));
  const one = { path: `/${noun}/:id`, example: '--id 4' };
  const change = { ...one, body: changes, example: `--id 4 --body '{ "name": "shop" }'` };
  return [
    {
      words: `${noun} list`,
      brief: `List ${noun}s`,
      method: 'GET',
      path: `/${noun}`,
      flags: [...filters([...names, 'slug', 'status', 'name', 'id']), deleted, ...pageFlags],
      example: `--${names[0]} 1`,
    },
    { ...one, words: `${noun} read`, brief: `Read one ${noun}`, method: 'GET' },
    {
      words: `${noun} create`,
      brief: `Make ${article} ${noun}`,
      method: 'POST',
      path: `/${noun}`,
      body: keys,
      example: `--body '${example}'`,
    },
    { ...change, words: `${noun} patch`, brief: `Change ${article} ${noun}`, method: 'PATCH' },
    { ...change, words: `${noun} update`, brief: `Change ${article} ${noun}`, method: 'PUT' },
    { ...one, words: `${noun} delete`, brief: `Delete ${article} ${noun}`, method: 'DELETE' },
  ];
}

const place: Flag = { name: 'nrn', brief: 'The place: organization=1:account=2:…', isRequired: true };

const name: BodyKey = { name: 'name', brief: 'what it is called', isRequired: true };

/** Applications, and what they stand in (contract nullplatform 3.11). */
export const hierarchyCommands: readonly Command[] = [
  ...levelCommands({
    noun: 'application',
    article: 'an',
    filters: ['namespace_id', 'account_id', 'repository_url', 'repository_app_path'],
    keys: [
      name,
      { name: 'namespace_id', brief: 'where', isRequired: true },
      { name: 'repository_url', brief: 'where its code is', isRequired: true },
      { name: 'repository_app_path', brief: 'its folder in a repository with several' },
      { name: 'is_mono_repo', brief: 'true or false' },
      { name: 'tags', brief: 'an object' },
      { name: 'settings', brief: 'an object' },
      { name: 'metadata', brief: 'an object' },
    ],
    example: '{ "name": "shop", "namespace_id": 3, "repository_url": "https://git.example.com/acme/shop" }',
  }),
  {
    words: 'application current',
    brief: 'The application whose repository this is',
    method: 'GET',
    path: '/application',
    flags: [
      { name: 'repository_url', brief: 'The repository; default what CI or git says' },
      { name: 'repository_app_path', brief: 'The folder of the application in a repository with several' },
    ],
    example: '--query .id',
    does: 'application-current',
  },
  ...levelCommands({
    noun: 'namespace',
    article: 'a',
    filters: ['account_id'],
    keys: [name, { name: 'account_id', brief: 'where', isRequired: true }],
    example: '{ "name": "web", "account_id": 2 }',
  }),
  ...levelCommands({
    noun: 'account',
    article: 'an',
    filters: ['organization_id'],
    keys: [
      name,
      { name: 'organization_id', brief: 'where', isRequired: true },
      { name: 'repository_prefix', brief: 'what addresses of repositories begin with' },
      { name: 'repository_provider', brief: 'who keeps them' },
      { name: 'settings', brief: 'an object' },
    ],
    example: '{ "name": "shop", "organization_id": 1 }',
  }),
  {
    words: 'organization read',
    brief: 'Read the organization',
    method: 'GET',
    path: '/organization/:id',
    example: '--id 1',
  },
  {
    words: 'nrn read',
    brief: 'What is kept at an NRN, and above it',
    method: 'GET',
    path: '/nrn/:nrn',
    flags: [place, { name: 'ids', brief: 'Only these names, separated by commas: aws.region,global.team' }],
    example: '--nrn organization=1:account=2 --ids aws.region',
  },
  {
    words: 'nrn patch',
    brief: 'Keep values at an NRN; null takes one away',
    method: 'PATCH',
    path: '/nrn/:nrn',
    flags: [place],
    body: [],
    example: `--nrn organization=1:account=2 --body '{ "aws.region": "eu-west-1" }'`,
  },
];
