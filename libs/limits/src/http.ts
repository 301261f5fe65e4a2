export { RateLimit } from './http/rate-limit.decorator.js';
