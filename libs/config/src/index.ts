export * from './concerns.js';
export { ConfigurationError } from './configuration-error.js';
export { ConfigurationModule } from './configuration.module.js';
export { loadConfig } from './load-config.js';
export { settingNames } from './read-environment.js';
