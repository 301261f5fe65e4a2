import { AppError } from '@app/errors';
import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../testing/pool.js';
import type { Sql, Statement, Tx } from './sql.js';

const statement = (text: string): Statement => ({ name: `test.${text}`.slice(0, 60), text });
const insert = { name: 'test.insert', text: 'INSERT INTO notes VALUES ($1)' };
const unavailable = expect.objectContaining({ kind: 'unavailable', code: 'database.unavailable' });

describe('a transaction', () => {
  let database: TestDatabase;
  let owner: TestPool;
  let pool: TestPool;

  const notes = async (): Promise<string[]> =>
    (await pool.database.run<{ note: string }>(statement('SELECT note FROM notes ORDER BY note'))).map(
      (row) => row.note,
    );

  const backend = async (sql: Sql): Promise<number> => {
    const [row] = await sql.run<{ pid: number }>(statement('SELECT pg_backend_pid() AS pid'));
    return row?.pid ?? 0;
  };

  const kill = async (tx: Tx): Promise<void> => {
    // The app's role may end its own sessions.
    await pool.database.run({ name: 'test.kill', text: 'SELECT pg_terminate_backend($1)' }, [await backend(tx)]);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await openPool(database.ownerUrl, [], 2);
    await owner.database.run(statement('CREATE TABLE notes (note text PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)'));
    await owner.database.run(statement('GRANT ALL ON notes TO PUBLIC'));
    pool = await openPool(database.url, [], 3);
  });

  beforeEach(async () => {
    await pool.database.run(statement('DELETE FROM notes'));
  });

  afterAll(async () => {
    await owner.close();
    await pool.close();
    await database.drop();
  });

  it('is committed when its work resolves, and gives the result', async () => {
    await expect(pool.transactions.run((tx) => tx.run(insert, ['a']).then(() => 7))).resolves.toBe(7);
    expect(await notes()).toEqual(['a']);
  });

  it('is rolled back when its work throws, with the error of the work', async () => {
    const work = pool.transactions.run(async (tx) => {
      await tx.run(insert, ['a']);
      throw new AppError('conflict', 'test.conflict', 'No.');
    });
    await expect(work).rejects.toMatchObject({ code: 'test.conflict' });
    expect(await notes()).toEqual([]);
  });

  it('is joined by a call inside it: both stand or fall together, on one connection', async () => {
    const work = pool.transactions.run(async (outer) => {
      const inner = await pool.transactions.run(async (tx) => {
        await tx.run(insert, ['inner']);
        return backend(tx);
      });
      expect(inner).toBe(await backend(outer));
      throw new Error('after the inner one');
    });
    await expect(work).rejects.toThrow('after the inner one');
    expect(await notes()).toEqual([]);
  });

  it('is not joined by work that was left running when it ended', async () => {
    let late: Promise<void> = Promise.resolve();
    await pool.transactions.run(async (tx) => {
      await tx.run(insert, ['first']);
      late = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
        pool.transactions.run(async (own) => void (await own.run(insert, ['late']))),
      );
    });
    await late;
    expect(await notes()).toEqual(['first', 'late']);
  });

  it('refuses statements after its end, when its connection serves others', async () => {
    const leaked = await pool.transactions.run(async (tx) => tx);
    await expect(leaked.run(insert, ['a'])).rejects.toThrow('after the end of its transaction');
  });

  it('never reports a commit that PostgreSQL turned into a rollback', async () => {
    const work = pool.transactions.run(async (tx) => {
      await tx.run(insert, ['a']);
      await tx.run(statement('SELECT 1 / 0')).catch(() => undefined);
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await notes()).toEqual([]);
  });

  it('fails when a deferred constraint fails at the commit', async () => {
    await pool.transactions.run(async (tx) => void (await tx.run(insert, ['a'])));
    const again = pool.transactions.run(async (tx) => void (await tx.run(insert, ['a'])));
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  it('takes part in what TypeORM writes', async () => {
    const work = pool.transactions.run(async (tx) => {
      await tx.manager.query(`INSERT INTO notes VALUES ('by the manager')`);
      expect(tx.manager.queryRunner?.isTransactionActive).toBe(true);
      throw new Error('undo');
    });
    await expect(work).rejects.toThrow('undo');
    expect(await notes()).toEqual([]);
  });

  it('whose connection is lost gives database.unavailable, and the connection is not used again', async () => {
    let lost = 0;
    const work = pool.transactions.run(async (tx) => {
      lost = await backend(tx);
      await kill(tx);
      await tx.run(insert, ['a']);
    });
    await expect(work).rejects.toEqual(unavailable);
    const backends = await Promise.all([1, 2, 3].map(() => pool.transactions.run(backend)));
    expect(backends).not.toContain(lost);
  });

  it('whose connection is lost while idle gives database.unavailable through TypeORM as well', async () => {
    const work = pool.transactions.run(async (tx) => {
      await kill(tx);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.manager.query('SELECT 1');
    });
    await expect(work).rejects.toEqual(unavailable);
  });

  it('that is lost keeps the verdict its work had come to', async () => {
    const work = pool.transactions.run(async (tx) => {
      await kill(tx);
      throw new AppError('forbidden', 'test.forbidden', 'No.');
    });
    await expect(work).rejects.toMatchObject({ code: 'test.forbidden' });
  });

  it('that finds no free connection is unavailable within the connection timeout', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holders = [1, 2, 3].map(() => pool.transactions.run(() => held));
    const began = Date.now();
    await expect(pool.transactions.run(backend)).rejects.toEqual(unavailable);
    expect(Date.now() - began).toBeLessThan(3_000);
    release();
    await Promise.all(holders);
  });

  it('that had to give way to a lock is told that the database is too busy', async () => {
    await pool.transactions.run(async (tx) => {
      await tx.run(insert, ['held']);
      const second = openPool(database.url, [], 1).then(async (other) => {
        try {
          await other.database.run(statement(`SET lock_timeout = '50ms'`));
          await other.transactions.run(async (late) => void (await late.run(statement('LOCK TABLE notes'))));
        } finally {
          await other.close();
        }
      });
      await expect(second).rejects.toMatchObject({ kind: 'unavailable', code: 'database.overloaded' });
    });
  });
});
