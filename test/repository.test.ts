import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFile, generatedParts } from '../scripts/generated.ts';
import { errorCodes } from '../src/errors/index.ts';
import { doors, layers, roomOf } from './repository/layers.ts';
import { filesBelow, importsBelow, importsIn, root, textOf } from './repository/sources.ts';

const sourceFolders = ['src', 'console', 'test', 'bench', 'scripts'];
const sources = sourceFolders.flatMap(filesBelow).filter((path) => /\.(tsx?|mjs|css)$/.test(path));
/** The index.ts that `from` has to go through to reach `to`: that of the outermost folder which `from` is not in. */
function faceFor(from: string, to: string): string | undefined {
  let face: string | undefined;
  for (let folder = posix.dirname(to); !from.startsWith(`${folder}/`); folder = posix.dirname(folder)) {
    if (existsSync(join(root, folder, 'index.ts'))) face = `${folder}/index.ts`;
  }
  return face;
}

/** The files beside the folders of src/ know all of them. */
const isCompositionRoot = (path: string): boolean => path.split('/').length === 2;

const lineCount = (path: string): number => textOf(path).trimEnd().split('\n').length;

describe('layers', () => {
  const imports = importsBelow('src').filter(
    ({ from, to }) => !from.endsWith('.test.ts') && to.startsWith('src/'),
  );

  test('the reader of imports sees static, type-only, dynamic and bare ones', () => {
    const text = `import a, {\n  b,\n} from './a.ts';\nexport type * from '../b/index.ts';\nawait import('./c.ts');\nimport './d.ts';\n`;
    expect(importsIn('src/x/y.ts', text)).toEqual([
      { from: 'src/x/y.ts', to: 'src/x/a.ts', typeOnly: false },
      { from: 'src/x/y.ts', to: 'src/b/index.ts', typeOnly: true },
      { from: 'src/x/y.ts', to: 'src/x/c.ts', typeOnly: false },
      { from: 'src/x/y.ts', to: 'src/x/d.ts', typeOnly: false },
    ]);
  });

  test('imports point one way', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (isCompositionRoot(from)) return false;
      const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
      if (fromRoom === toRoom) return false;
      const allowed = layers[fromRoom.split('/')[0] as string] ?? [];
      const sameShelf = fromRoom.includes('/') && toRoom.split('/')[0] === fromRoom.split('/')[0];
      return sameShelf || !allowed.includes(toRoom.split('/')[0] as string);
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test('nobody reaches into another folder past its index.ts', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (
        isCompositionRoot(from) ||
        to === 'src/main.ts' ||
        doors[to]?.some((reader) => from.startsWith(reader))
      )
        return false;
      const face = faceFor(from, to);
      return face === undefined ? roomOf(from) !== roomOf(to) : to !== face;
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test('the console takes nothing from the server but types', () => {
    const wrong = importsBelow('console').filter(({ to, typeOnly }) => to.startsWith('src/') && !typeOnly);
    expect(wrong).toEqual([]);
  });

  test('every folder of src/ has its rule in biome.json, and its layer', () => {
    const { overrides } = JSON.parse(textOf('biome.json')) as {
      overrides: { includes: string[]; linter: { rules: { style?: { noRestrictedImports?: unknown } } } }[];
    };
    const ruled = overrides
      .filter(({ linter }) => linter.rules.style?.noRestrictedImports !== undefined)
      .flatMap(({ includes }) => includes);
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    for (const folder of folders) {
      expect(ruled, `biome.json has no noRestrictedImports for src/${folder}`).toContain(`src/${folder}/**`);
      expect(Object.keys(layers), `test/repository/layers.ts`).toContain(folder);
    }
  });
});

describe('files', () => {
  test('no source file has more than 400 lines', () => {
    const long = sources.map((path) => ({ path, lines: lineCount(path) })).filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  test('half of the files of src/ have at most 100 lines', () => {
    const counts = filesBelow('src')
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map(lineCount)
      .sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('no file is a dumping ground, and names are whole words in kebab-case', () => {
    const dumps = new Set([
      'utils',
      'util',
      'helpers',
      'helper',
      'types',
      'common-types',
      'misc',
      'constants',
    ]);
    const wrong = sources.filter((path) => {
      const stem = posix.basename(path).replace(/(\.(test|bench|worker|config|d))*\.(tsx?|mjs|css)$/, '');
      return dumps.has(stem) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem);
    });
    expect(wrong).toEqual([]);
  });

  test('nothing is left to do later, and no path of one machine stands in a file', () => {
    const later = ['TO', 'DO'].join('');
    const machine = ['wor' + 'k/main', 'wor' + 'k/shared', 'hom' + 'e/[a-z]', 'User' + 's/[a-z]'].join('|');
    const forbidden = new RegExp(`\\b(${later}|FIX${'ME'})\\b|(^|[^a-z.])/(${machine})`);
    const texts = [...sources, ...filesBelow('docs'), 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
    const wrong = texts.filter(
      (path) => /\.(tsx?|mjs|css|md|sql)$/.test(path) && existsSync(join(root, path)),
    );
    const hits = wrong.flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) => (forbidden.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(hits).toEqual([]);
  });

  test('every link of a page leads to a file that is there', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...filesBelow('docs').filter((path) => path.endsWith('.md')),
    ];
    const dead = pages.flatMap((path) =>
      [...textOf(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(root, posix.dirname(path), target)))
        .map((target) => `${path} → ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test('the texts of a repository are there', () => {
    for (const path of [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'LICENSE',
      'Dockerfile',
      'compose.yaml',
    ]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });
});

test('every export of src/ says what it means', () => {
  // Types that are derived from a schema or a table say it there.
  const derived = /^export type \w+ = (Static|Selectable|\(typeof)/;
  const exported = /^export (async )?(abstract )?(function\*?|class|interface|type|const|enum) \w/;
  const silent = filesBelow('src')
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => {
      const lines = textOf(path).split('\n');
      return lines
        .map((line, index) => ({ line, before: lines[index - 1] ?? '', place: `${path}:${index + 1}` }))
        .filter(({ line, before }) => exported.test(line) && !derived.test(line) && !before.endsWith('*/'))
        .map(({ place }) => place);
    });
  expect(silent).toEqual([]);
});

describe('what is made from the code', () => {
  test.each(generatedParts)('$file is fresh (npm run generate)', async (part) => {
    const { current, fresh } = await freshFile(root, part);
    expect(current).toBe(fresh);
  });
});

test('the agent is one file that asks for no package, with the readers of archives in it and nothing else', () => {
  const { agent } = JSON.parse(textOf('test/repository/bundle-packages.json'));
  expect(agent).toEqual({ bundled: ['modern-tar', 'pend', 'yauzl'], external: [] });
});

describe('errors', () => {
  test('every code of the closed list stands in docs/management-api.md with its status, and no other', () => {
    const rows = [...textOf('docs/management-api.md').matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)];
    expect(rows.map((row) => row[1]).sort()).toEqual([...errorCodes].sort());
  });
});
