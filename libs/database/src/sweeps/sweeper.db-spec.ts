import type { RuntimeConfig } from '@app/config';
import { Logger } from '@nestjs/common';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { openPool, type TestPool } from '../../testing/pool.js';
import { Sweeper } from './sweeper.js';
import { type Sweep, Sweeps } from './sweeps.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the sweeper', () => {
  let database: TestDatabase;
  let pool: TestPool;

  const sweeper = (...registered: Sweep[]): Sweeper => {
    const sweeps = new Sweeps();
    for (const sweep of registered) sweeps.register(sweep);
    return new Sweeper(pool.database, sweeps, { sweepIntervalMs: 20 } as RuntimeConfig);
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    pool = await openPool(database.url);
  });

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  it('runs each sweep batch after batch until nothing is left', async () => {
    const batches = [500, 500, 3, 0, 99];
    await sweeper({ name: 'test.batches', run: async () => batches.shift() ?? 0 }).sweep();
    expect(batches).toEqual([99]);
  });

  it('runs in one process at a time', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const slow: Sweep = {
      name: 'test.slow',
      run: async () => {
        most = Math.max(most, (running += 1));
        // Until both others have come and gone.
        for (let waits = 0; done < 2 && waits < 500; waits += 1) await pause(10);
        running -= 1;
        return 0;
      },
    };
    const round = async (): Promise<boolean> => {
      const swept = await sweeper(slow).sweep();
      done += 1;
      return swept;
    };
    expect((await Promise.all([round(), round(), round()])).sort()).toEqual([false, false, true]);
    expect(most).toBe(1);
    expect(await sweeper(slow).sweep()).toBe(true);
  });

  it('goes on with the other sweeps, and in the next round, when one fails', async () => {
    let calls = 0;
    const failing: Sweep = { name: 'test.failing', run: () => Promise.reject(new Error('broken')) };
    const subject = sweeper(failing, { name: 'test.next', run: async () => ((calls += 1), 0) });
    expect(await subject.sweep()).toBe(true);
    expect(await subject.sweep()).toBe(true);
    expect(calls).toBe(2);
  });

  it('repeats by its interval, and on stop waits for the batch that runs and begins no other', async () => {
    let begun = 0;
    let ended = 0;
    const subject = sweeper({
      name: 'test.endless',
      run: async () => {
        begun += 1;
        await pause(10);
        ended += 1;
        return 1;
      },
    });
    subject.start();
    while (begun < 3) await pause(5);
    await subject.stop();
    expect(ended).toBe(begun);
    await pause(50);
    expect(begun).toBe(ended);
  });

  it('frees its lock when its connection is lost, and runs again', async () => {
    let cut = false;
    const subject = sweeper({
      name: 'test.cut',
      run: async () => {
        if (cut) return 0;
        cut = true;
        await pool.database.run({
          name: 'test.cut',
          text: `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7163
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        });
        await pause(30);
        return 0;
      },
    });
    await subject.sweep();
    expect(await subject.sweep()).toBe(true);
  });

  it('refuses two sweeps of one name', () => {
    const twice: Sweep = { name: 'test.twice', run: async () => 0 };
    expect(() => sweeper(twice, twice)).toThrow('registered twice');
  });
});
