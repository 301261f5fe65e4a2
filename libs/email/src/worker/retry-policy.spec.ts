import { retryDelay } from './retry-policy.js';

describe('the time until the next attempt', () => {
  it('doubles with each attempt', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelay(attempt, 1_000, 0.5))).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('varies by a quarter either way', () => {
    expect(retryDelay(1, 1_000, 0)).toBe(750);
    expect(retryDelay(1, 1_000, 1)).toBe(1_250);
  });

  it('is never longer than six hours and a quarter of them', () => {
    expect(retryDelay(20, 3_600_000, 0.5)).toBe(6 * 3_600_000);
  });
});
