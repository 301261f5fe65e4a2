export { asFetch, type FetchFunction } from './as-fetch.js';
export { type FetchFault, FetchRefused } from './fetch-refused.js';
export { type Fetched, type FetchLimits, GuardedFetch } from './guarded-fetch.js';
export { NameResolver, NoAnswer } from './name-resolver.js';
export { OutboundModule } from './outbound.module.js';
export { isLoopbackAddress } from './special-use.js';
