import { isTreeError, type Recipe, type StoredFile } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { hasSplit, recipeOfJobs } from '../job-recipe.ts';
import { allRecipes } from '../store/recipe.ts';
import { libraryOf, serviceByContainer } from '../store/service.ts';
import { RememberedReads } from './remembered-reads.ts';

/** A recipe as URLs run it. */
export interface PublicRecipe {
  readonly recipe: Recipe;
  /** May be run by URL, as far as the recipe itself says. */
  readonly realtime: boolean;
  readonly hasSplit: boolean;
}

/** A container whose service is on. */
export interface PublicContainer {
  readonly library: string;
  /** Whether URLs may run recipes at all. */
  readonly realtime: boolean;
  readonly recipes: ReadonlyMap<string, PublicRecipe>;
}

/** What public URLs are resolved with; in memory while nothing changes. */
export interface ImageDirectory {
  container(name: string): Promise<PublicContainer | undefined>;
  /** The file at a path. When it has to be read, the file of the name `beside` it, which is asked for next, is read too. */
  file(library: string, path: string, beside?: string): Promise<StoredFile | undefined>;
}

/** Some 20 MB at most. */
const mostFiles = 20_000;
const mostContainers = 1_000;

/** Reads through memory, and forgets what this or another replica changes. */
export function createImageDirectory({ parts: { storage, media }, serviceNews }: Context): ImageDirectory {
  const containers = new RememberedReads<PublicContainer>(mostContainers);
  const files = new RememberedReads<StoredFile>(mostFiles);
  const keyOf = (library: string, path: string) => `${library}\n${path}`;

  serviceNews.listen(() => containers.forgetBelow());
  media.onChange((change) => {
    if (!change) files.forgetBelow();
    else {
      const { library, path, subtree } = change;
      files.forget(keyOf(library, path));
      if (subtree) files.forgetBelow(keyOf(library, path === '/' ? path : `${path}/`));
    }
  });

  return {
    container: (name) =>
      containers.get(name, () =>
        storage.read(async (reader) => {
          const service = await serviceByContainer(reader, name);
          if (!service?.enabled) return undefined;
          const recipes = await allRecipes(reader, service.id);
          return {
            library: libraryOf(service),
            realtime: service.realtime,
            recipes: new Map(recipes.map((one) => [one.name, publicRecipe(one)])),
          };
        }),
      ),
    async file(library, path, beside) {
      const slash = path.lastIndexOf('/');
      const folder = path.slice(0, slash) || '/';
      const names = [path.slice(slash + 1), ...(beside === undefined ? [] : [beside])];
      let reading: Promise<readonly StoredFile[]> | undefined;
      const read = async (name: string | undefined) => {
        reading ??= storage
          .read((reader) => media.tree.filesByName(reader, library, folder, names))
          .catch(noneForBadPath);
        return (await reading).find((file) => file.name === name);
      };
      const [file] = await Promise.all(
        names.map((name) =>
          files.get(keyOf(library, `${path.slice(0, slash + 1)}${name}`), () => read(name)),
        ),
      );
      return file;
    },
  };
}

/** URLs hold anything; what can be no path has no file. */
function noneForBadPath(error: unknown): readonly StoredFile[] {
  if (!isTreeError(error, 'bad-path')) throw error;
  return [];
}

function publicRecipe({ realtime, jobs }: Awaited<ReturnType<typeof allRecipes>>[number]): PublicRecipe {
  return { recipe: recipeOfJobs(jobs), realtime, hasSplit: hasSplit(jobs) };
}
