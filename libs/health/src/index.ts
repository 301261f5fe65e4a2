export { databaseCheckName } from './database-checks.js';
export { Draining } from './lifecycle/draining.js';
export { HealthChecks, type HealthCheck } from './health-checks.js';
export { HealthModule } from './health.module.js';
export { type ProcessLog, type Running, type RunProcessOptions, runProcess } from './lifecycle/run-process.js';
export { Metrics } from './metrics.js';
