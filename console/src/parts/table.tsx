import type { ComponentChildren } from 'preact';

interface TableProps {
  /** What the rows are, for screen readers. */
  readonly caption: string;
  readonly columns: readonly ComponentChildren[];
  /** A class of the table beside `table`. */
  readonly kind?: string;
  /** The last column stands at the end of its line: numbers, and buttons. */
  readonly lastAtEnd?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

/** A list as a table; on a phone its rows are cards (`style/table.css`). */
export function Table({ caption, columns, kind = '', lastAtEnd = false, children }: TableProps) {
  return (
    <table class={`table ${kind}`}>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th
              key={index}
              scope="col"
              {...(lastAtEnd && index === columns.length - 1 ? { class: 'end' } : {})}
            >
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
