import { zonedDateTime } from '../../vendors/nhn-cloud/index.ts';
import type { Deployment } from './store/deployment.ts';

/** The first line, behind a byte order mark: without it spreadsheets read UTF-8 as something else. */
export const csvHeader =
  '\uFEFFdeployKey,status,scenario,serverGroup,version,executor,executed,ended,note\r\n';

/** One deployment as a line. Pure. */
export function csvRow(row: Deployment, timeZone: string): string {
  const fields = [
    String(row.id),
    row.status,
    row.scenario_name,
    row.server_group_name,
    row.binary_version ?? '',
    row.executor,
    zonedDateTime(row.executed_at, timeZone),
    row.ended_at === null ? '' : zonedDateTime(row.ended_at, timeZone),
    row.note ?? '',
  ];
  return `${fields.map(quoted).join(',')}\r\n`;
}

function quoted(field: string): string {
  // A text that begins like a formula would be run by the spreadsheet.
  const text = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
