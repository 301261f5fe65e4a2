/** Set by jest.config.mjs: where the project under test keeps its queue. */
declare const queueBackend: 'postgres' | 'redis';
