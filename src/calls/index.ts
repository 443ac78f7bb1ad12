export { type Call, callsTo, type ServerCalls, ServerRefusal } from './server-calls.ts';
