import { randomBytes, randomUUID } from 'node:crypto';
import { type AccessValidFrom, readAccessValidFrom, type UserId } from '@app/users';
import { createTestDatabase, type TestDatabase, withClient } from '../../../test/support/databases.js';
import { until } from '../../../test/support/smtp.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { isAccessEnded } from './sessions.errors.js';
import { type NewSession, SessionsRepository } from './sessions.repository.js';

const day = 24 * 3600;
const userId = '7' as UserId;
const other = '8' as UserId;
const nowhere = { address: null, userAgent: null, requestId: null };

/** Two connections: on one somebody signs in, on the other the account is secured. */
describe('sessions and the end of all of an account', () => {
  let database: TestDatabase;
  let pools: readonly [TestPool, TestPool];
  let sessions: SessionsRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = [await openPool(database.url), await openPool(database.url)];
    sessions = new SessionsRepository(pools[0].database);
    await sql(`INSERT INTO users (id, email, email_key) VALUES (7, 'ada@example.test', 'ada@example.test'),
      (8, 'ben@example.test', 'ben@example.test')`);
  });

  afterEach(async () => {
    await database.shiftClock(0);
    await sql(`UPDATE users SET status = 'active'`);
    await sql('TRUNCATE sessions, known_devices, one_time_tokens, mails, outbox CASCADE');
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  const sql = <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
    withClient(database.ownerUrl, async (client) => (await client.query<Row>(text, values)).rows);
  const count = async (from: string): Promise<number> =>
    (await sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`))[0]!.count;

  /** What a sign-in reads of the account before it compares anything. */
  const readAccess = async (id = userId): Promise<AccessValidFrom> => {
    const text = `SELECT ${readAccessValidFrom('u')} AS value FROM users u WHERE id = $1`;
    return (await sql<{ value: AccessValidFrom }>(text, [id]))[0]!.value;
  };
  const sessionOf = (accessValidFrom: AccessValidFrom, id = userId): NewSession => ({
    id: randomUUID(),
    userId: id,
    accessValidFrom,
    carrier: 'tokens',
    cookieHash: null,
    amr: ['pwd'],
    acr: 'one',
    address: null,
    userAgent: randomUUID(),
    idleExpiry: day,
    expiry: 30 * day,
    refresh: { familyId: randomUUID(), hash: randomBytes(32) },
    device: {
      hashes: [],
      newHash: randomBytes(32),
      news: { id: randomUUID(), sealedSecret: Buffer.alloc(0), tokenHash: randomBytes(32) },
    },
  });
  const record = { type: 'test.signed_in', client: nowhere };
  /** As a sign-in does it: one statement on the pool. */
  const open = async (session: NewSession): Promise<'opened' | 'refused'> => {
    try {
      await sessions.open(pools[0].database, session, record);
      return 'opened';
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      return 'refused';
    }
  };
  const waiting = (): Promise<void> =>
    until('one that waits for the other', async () => {
      const locked =
        'pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = current_database()';
      return (await count(locked)) > 0;
    });
  /** Everything that a sign-in leaves behind. */
  const traces = (): Promise<number[]> =>
    Promise.all(
      [
        'sessions',
        'refresh_families',
        'refresh_tokens',
        'known_devices',
        'one_time_tokens',
        'mails',
        'outbox',
        `audit_events WHERE type = 'test.signed_in'`,
      ].map(count),
    );

  it('open where nothing has changed since the proof began', async () => {
    const session = sessionOf(await readAccess());
    expect(await open(session)).toBe('opened');
    expect(await sessions.checkById(session.id)).toMatchObject({ id: session.id });
  });

  it.each(['pool', 'transaction'])('leave nothing where all were ended since the proof began, on a %s', async (on) => {
    // A device that is known, so that a second sign-in would be news.
    await open(sessionOf(await readAccess()));
    const proved = await readAccess();
    await pools[1].transactions.run((tx) => sessions.endAll(tx, userId, 'password_reset'));
    const before = await traces();
    const opening =
      on === 'pool'
        ? sessions.open(pools[0].database, sessionOf(proved), record)
        : pools[0].transactions.run((tx) => sessions.open(tx, sessionOf(proved), record));
    await expect(opening).rejects.toMatchObject({ code: 'sessions.access_ended' });
    expect(await traces()).toEqual(before);
    expect(await open(sessionOf(await readAccess()))).toBe('opened');
  });

  it('do not open while all are being ended: it waits, and is refused', async () => {
    const session = sessionOf(await readAccess());
    const opening = await pools[1].transactions.run(async (tx) => {
      await sessions.endAll(tx, userId, 'user_disabled');
      const begun = open(session);
      await waiting();
      return { begun };
    });
    expect(await opening.begun).toBe('refused');
    expect(await sessions.checkById(session.id)).toBeUndefined();
  });

  it('open where the end of all came to nothing', async () => {
    const session = sessionOf(await readAccess());
    let begun: Promise<string> | undefined;
    await pools[1].transactions
      .run(async (tx) => {
        await sessions.endAll(tx, userId, 'user_disabled');
        begun = open(session);
        await waiting();
        throw new Error('given up');
      })
      .catch(() => undefined);
    expect(await begun).toBe('opened');
    expect(await sessions.checkById(session.id)).toBeDefined();
  });

  it('are ended that were being opened when the end of all began: it waits for them', async () => {
    const session = sessionOf(await readAccess());
    const ending = await pools[0].transactions.run(async (tx) => {
      await sessions.open(tx, session, record);
      const begun = pools[1].transactions.run((own) => sessions.endAll(own, userId, 'user_disabled'));
      await waiting();
      return { begun };
    });
    expect((await ending.begun).ids).toEqual([session.id]);
    expect(await sessions.checkById(session.id)).toBeUndefined();
  });

  it('are opened in the transaction that ends all others, by what it makes the proof worth', async () => {
    const proved = await readAccess();
    const session = await pools[0].transactions.run(async (tx) => {
      const { accessValidFrom } = await sessions.endAll(tx, userId, 'factors_reset', { proved });
      const opened = sessionOf(accessValidFrom);
      await sessions.open(tx, opened, record);
      return opened;
    });
    expect(await sessions.checkById(session.id)).toBeDefined();
  });

  it('are not ended by who proved themselves before they were ended last', async () => {
    const proved = await readAccess();
    await pools[0].transactions.run((tx) => sessions.endAll(tx, userId, 'password_reset'));
    const session = sessionOf(await readAccess());
    expect(await open(session)).toBe('opened');
    const late = pools[1].transactions.run((tx) => sessions.endAll(tx, userId, 'password_changed', { proved }));
    await expect(late).rejects.toMatchObject({ code: 'sessions.access_ended' });
    expect(await sessions.checkById(session.id)).toBeDefined();
  });

  it('tell two ends apart, of the same moment and with a clock set back', async () => {
    const seen = [await readAccess()];
    await pools[0].transactions.run(async (tx) => {
      for (let time = 0; time < 2; time += 1)
        seen.push((await sessions.endAll(tx, userId, 'password_reset')).accessValidFrom);
    });
    await database.shiftClock(-3600);
    seen.push((await pools[0].transactions.run((tx) => sessions.endAll(tx, userId, 'disowned'))).accessValidFrom);
    expect(new Set(seen).size).toBe(4);
    expect([...seen].sort()).toEqual(seen);
  });

  it('keep the one that is to go on, and those of others', async () => {
    const [mine, gone, theirs] = [
      sessionOf(await readAccess()),
      sessionOf(await readAccess()),
      sessionOf(await readAccess(other), other),
    ];
    for (const session of [mine, gone, theirs]) expect(await open(session)).toBe('opened');
    await pools[1].transactions.run((tx) => sessions.endAll(tx, userId, 'password_changed', { except: mine.id }));
    expect(await sessions.checkById(mine.id)).toBeDefined();
    expect(await sessions.checkById(gone.id)).toBeUndefined();
    expect(await sessions.checkById(theirs.id)).toBeDefined();
    expect(await open(sessionOf(await readAccess(other), other))).toBe('opened');
  });

  it.each(['disabled', 'deleted'])('do not open for an account that is %s', async (status) => {
    await sql('UPDATE users SET status = $1 WHERE id = 7', [status]);
    expect(await open(sessionOf(await readAccess()))).toBe('refused');
  });
});
