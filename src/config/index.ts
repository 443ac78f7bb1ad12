export { configurationTable, settingHelp } from './documentation.ts';
export { type ConfigurationSources, loadConfiguration } from './load-configuration.ts';
export { nearest } from './nearest.ts';
export {
  type Configuration,
  type ConfigurationKey,
  configurationKeys,
  flagOf,
  type Setting,
} from './schema.ts';
