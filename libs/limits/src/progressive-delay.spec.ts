import { secondsToWait } from './progressive-delay.js';

describe('the delay after failures in a row', () => {
  it.each([
    [0, 0],
    [2, 0],
    [3, 1],
    [4, 2],
    [5, 4],
    [12, 512],
    [13, 900],
    [1_000_000, 900],
  ])('after %d of them is %d s, where 3 are free', (failures, seconds) => {
    expect(secondsToWait({ failures, since: 0 }, 3)).toBe(seconds);
  });

  it('counts from the last failure, in whole seconds that suffice', () => {
    expect(secondsToWait({ failures: 5, since: 1.2 }, 3)).toBe(3);
    expect(secondsToWait({ failures: 5, since: 4 }, 3)).toBe(0);
    expect(secondsToWait({ failures: 5, since: 4000 }, 3)).toBe(0);
  });
});
