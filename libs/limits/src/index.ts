export {
  countFailures,
  FailureCounters,
  type PlacedFailures,
  readFailures,
  resetFailures,
} from './failure-counters.js';
export { GuessAttempts, type Guessable } from './guess-attempts.js';
export { type LimitName, limitNames } from './limit-rules.js';
export { type LimitHit, type LimitState, Limits, Throttled } from './limits.js';
export { LimitsModule } from './limits.module.js';
export { type FailureState, secondsToWait } from './progressive-delay.js';
export { subject } from './subject.js';
