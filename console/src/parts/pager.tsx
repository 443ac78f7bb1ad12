interface PagerProps {
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly addressOf: (page: number) => string;
}

/** The way to other pages of a list; nothing where there is only one. */
export function Pager({ page, pages, addressOf }: PagerProps) {
  if (pages <= 1 && page === 1) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {page > 1 && (
        <a class="button" href={addressOf(page - 1)}>
          Before
        </a>
      )}
      <span class="soft">
        Page {page.toLocaleString('en')} of {Math.max(1, pages).toLocaleString('en')}
      </span>
      {page < pages && (
        <a class="button" href={addressOf(page + 1)}>
          After
        </a>
      )}
    </nav>
  );
}
