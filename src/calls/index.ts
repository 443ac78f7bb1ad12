export { pause } from './pause.ts';
export { type Call, callsTo, type ServerCalls, ServerRefusal } from './server-calls.ts';
