export { RateLimit, StrangersLimit } from './http/rate-limit.decorator.js';
