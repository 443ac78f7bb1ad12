export { askToEnd, endProcess, livingProcess, type ProcessRecord, recordProcess } from './process-record.ts';
export { keepRouter, type RouterKeeper, type RouterKeeping } from './router-keeper.ts';
export { routerProgram } from './router-program.ts';
