export { FailureCounters } from './failure-counters.js';
export { type LimitName, limitNames } from './limit-rules.js';
export { type LimitHit, type LimitState, Limits, Throttled } from './limits.js';
export { LimitsModule } from './limits.module.js';
export { subject } from './subject.js';
