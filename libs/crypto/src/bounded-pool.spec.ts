import { BoundedPool, PoolOverflow } from './bounded-pool.js';

function gate(): { wait: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => (open = resolve));
  return { wait, open };
}

describe('BoundedPool', () => {
  it('never runs more tasks at once than its width', async () => {
    const pool = new BoundedPool(2, 100);
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => pool.run(task)));
    expect(most).toBe(2);
    expect(pool.load).toBe(0);
  });

  it('refuses what exceeds width and queue, and runs what waited in order', async () => {
    const pool = new BoundedPool(1, 2);
    const blocked = gate();
    const order: number[] = [];
    const first = pool.run(() => blocked.wait);
    const second = pool.run(async () => void order.push(2));
    const third = pool.run(async () => void order.push(3));
    await expect(pool.run(async () => void order.push(4))).rejects.toBeInstanceOf(PoolOverflow);
    blocked.open();
    await Promise.all([first, second, third]);
    expect(order).toEqual([2, 3]);
  });

  it('gives its place back when a task fails', async () => {
    const pool = new BoundedPool(1, 0);
    await expect(pool.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(pool.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
