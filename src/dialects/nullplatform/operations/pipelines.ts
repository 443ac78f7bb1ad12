import { pathId } from '../input.ts';
import { applicationFor } from '../lookup.ts';
import type { Handler } from '../operation.ts';
import { readFilters, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import { parametersOf } from '../store/parameter.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { facadeApplicationWire } from '../wire.ts';
import { applicationColumns, applicationFilters } from './applications.ts';

/** `GET /ci/application`: a bare array, by which pipelines find their application (contract nullplatform 6.2). */
export const findApplications: Handler = async (context, call) => {
  const status = call.query.status || 'active';
  const query = { ...call.query, status, limit: '200', offset: '0', sort: '' };
  const filters = readFilters({ query }, applicationFilters, ['id', 'account_id', 'namespace_id']);
  const visibility = await visibilityOf(context, call.caller);
  const conditions = [visibleRows(visibility, applicationColumns)];
  const { rows } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_application', { filters, conditions, page: readPage({ query }) }),
  );
  return rows.map(facadeApplicationWire);
};

/** `GET /ci/application/:id/parameter`: what builds need to know; values of the application as a whole. */
export const buildParameters: Handler = async (context, call) => {
  const application = await applicationFor(context, call, 'nullplatform.read', pathId(call));
  return await context.parts.storage.read(async (reader) => {
    const parameters = await parametersOf(reader, application.id);
    return parameters.flatMap(({ parameter, values }) => {
      const [own] = values.filter(
        ({ nrn, dimensions_json }) => nrn === parameter.nrn && dimensions_json === '{}',
      );
      if (parameter.type !== 'environment' || !own) return [];
      return [{ name: parameter.variable, value: own.value, secret: parameter.secret === 1 }];
    });
  });
};
