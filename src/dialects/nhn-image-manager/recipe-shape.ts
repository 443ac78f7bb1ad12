import { templateOption } from './job-options.ts';
import type { NamedRecipe } from './store/recipe.ts';
import type { Service } from './store/service.ts';
import { type Template, templateById, templates } from './templates.ts';
import type { Wire } from './wire.ts';

/** When the templates were last changed, as their answers say: the original's guide of that day names all eleven. */
const templatesAt = Date.UTC(2017, 10, 23);

/** An operation (contract nhn-image-manager 2.8). */
export function wireRecipe(wire: Wire, { appKey }: Service, recipe: Omit<NamedRecipe, 'serviceId'>) {
  return {
    appKey,
    operationId: recipe.name,
    description: recipe.description,
    realtimeService: recipe.realtime,
    updatedAt: wire.date(recipe.updatedAt),
    jobTemplate: recipe.jobs.jobs.map(({ templateOperationId, option }) => ({
      templateOperationId,
      jobType: templateById(templateOperationId)?.jobType ?? '',
      option,
    })),
  };
}

/** A template in the shape of an operation, with one job (contract nhn-image-manager 3.10). */
export function wireTemplate(wire: Wire, { appKey }: Service, template: Template) {
  const { id, jobType } = template;
  return {
    appKey,
    operationId: id,
    description: '',
    realtimeService: true,
    updatedAt: wire.date(templatesAt),
    jobTemplate: [{ templateOperationId: id, jobType, option: templateOption(template) }],
  };
}

/** The templates whose id begins with `prefix`, by id; all have one date, so that decides nothing. */
export function templatesNamed(prefix: string, descending: boolean): Template[] {
  const found = templates.filter(({ id }) => id.startsWith(prefix));
  return found.sort((a, b) => (a.id < b.id !== descending ? -1 : 1));
}
