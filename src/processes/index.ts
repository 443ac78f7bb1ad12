export { askToEnd, endProcess, livingProcess, type ProcessRecord, recordProcess } from './process-record.ts';
