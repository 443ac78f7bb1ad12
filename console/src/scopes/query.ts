/** What of the list of scopes is shown, as the address carries it. */
export interface ListView {
  readonly text: string;
  /** Only scopes in which a version is rolled out. */
  readonly underWay: boolean;
  /** From 1. */
  readonly page: number;
}

/** How many scopes a page has. */
export const pageSize = 50;

/** The view in the query of an address; what is not known reads as everything. */
export function viewOf(query: Readonly<Record<string, string | undefined>>): ListView {
  const page = Number(query.page ?? 1);
  return {
    text: query.text ?? '',
    underWay: query.state === 'under-way',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of the list with this view. */
export function addressOf({ text, underWay, page }: ListView): string {
  const parameters = new URLSearchParams();
  if (text !== '') parameters.set('text', text);
  if (underWay) parameters.set('state', 'under-way');
  if (page > 1) parameters.set('page', String(page));
  const query = parameters.toString();
  return query === '' ? '/console/scopes' : `/console/scopes?${query}`;
}
