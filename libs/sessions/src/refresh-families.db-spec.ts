import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase, withClient } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { type RefreshedSession, RefreshFamiliesRepository } from './refresh-families.repository.js';
import {
  newRefreshToken,
  openSuccessor,
  parseRefreshToken,
  type RefreshTokenValue,
  sealSuccessor,
} from './refresh-token.js';
import type { SessionEndReason } from './session.js';
import { SessionsRepository } from './sessions.repository.js';
import { type AccessValidFrom, readAccessValidFrom, type UserId } from '@app/users';

const day = 24 * 3600;
const userId = '7' as UserId;
const ended: SessionEndReason = 'signed_out';

describe('refresh families', () => {
  let database: TestDatabase;
  let pools: readonly [TestPool, TestPool];
  let families: readonly [RefreshFamiliesRepository, RefreshFamiliesRepository];
  let sessions: SessionsRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = [await openPool(database.url), await openPool(database.url)];
    families = [new RefreshFamiliesRepository(pools[0].database), new RefreshFamiliesRepository(pools[1].database)];
    sessions = new SessionsRepository(pools[0].database);
    await sql(`INSERT INTO users (id, email, email_key) VALUES (7, 'ada@example.test', 'ada@example.test')`);
  });

  afterEach(() => database.shiftClock(0));

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  const sql = <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
    withClient(database.ownerUrl, async (client) => (await client.query<Row>(text, values)).rows);

  const nowhere = { address: null, userAgent: null, requestId: null };
  const open = async (): Promise<{ id: string; token: RefreshTokenValue }> => {
    const token = newRefreshToken();
    const [user] = await sql<{ from: AccessValidFrom }>(`SELECT ${readAccessValidFrom('u')} AS from FROM users u`);
    const session = {
      id: randomUUID(),
      userId,
      accessValidFrom: user!.from,
      carrier: 'tokens',
      cookieHash: null,
      amr: ['pwd'],
      acr: 'one',
      address: null,
      userAgent: null,
      idleExpiry: day,
      expiry: 30 * day,
      refresh: token,
      device: {
        hashes: [],
        newHash: null,
        news: { id: randomUUID(), sealedSecret: Buffer.alloc(0), tokenHash: Buffer.alloc(32) },
      },
    } as const;
    await pools[0].transactions.run((tx) => sessions.open(tx, session, { type: 'test.signed_in', client: nowhere }));
    return { id: session.id, token };
  };

  /** Presents a token once, as a process does; gives the successor it made where it won. */
  const rotate = async (
    token: RefreshTokenValue,
    by = 0,
  ): Promise<{ session: RefreshedSession; successor: RefreshTokenValue } | undefined> => {
    const successor = newRefreshToken(token.familyId);
    const session = await families[by % 2]!.rotate({
      hash: token.hash,
      familyId: token.familyId,
      childHash: successor.hash,
      sealedSuccessor: sealSuccessor(token, successor),
      idleExpiry: day,
      address: null,
      userAgent: null,
    });
    return session && { session, successor };
  };
  const tokensOf = (token: RefreshTokenValue): Promise<{ generation: number; consumed: boolean }[]> =>
    sql(
      `SELECT generation, consumed_at IS NOT NULL AS consumed FROM refresh_tokens WHERE family_id = $1 ORDER BY generation`,
      [token.familyId],
    );

  it('let one of 64 that come at once make the child, and show all others the very same', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { token } = await open();
      const won = (await Promise.all(Array.from({ length: 64 }, (_, at) => rotate(token, at)))).filter((one) => one);
      expect(won).toHaveLength(1);
      expect(await tokensOf(token)).toEqual([
        { generation: 0, consumed: true },
        { generation: 1, consumed: false },
      ]);
      const refused = await families[1].readRefused(token.hash, 10);
      expect(refused).toMatchObject({ consumed: true, live: true, graced: true });
      expect(openSuccessor(token, refused!.sealedSuccessor!)).toBe(won[0]!.successor.value);
    }
  });

  it('show every loser the child as soon as it lost', async () => {
    const { token } = await open();
    const seen = await Promise.all(
      Array.from({ length: 64 }, async (_, at) => {
        const won = await rotate(token, at);
        if (won) return won.successor.value;
        const refused = await families[at % 2]!.readRefused(token.hash, 10);
        return refused?.graced && refused.sealedSuccessor ? openSuccessor(token, refused.sealedSuccessor) : 'nothing';
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(parseRefreshToken(seen[0]!)).toBeDefined();
  });

  it('hand out nothing that works once a session has ended, whichever of the two came first', async () => {
    for (let round = 0; round < 24; round += 1) {
      const { id, token } = await open();
      const [won] = await Promise.all([
        rotate(token, round),
        pools[1].transactions.run((tx) => sessions.end(tx, id, userId, ended)),
      ]);
      if (won) expect(await rotate(won.successor)).toBeUndefined();
      expect(await rotate(token)).toBeUndefined();
      expect(await sessions.checkById(id)).toBeUndefined();
      expect(await families[0].readRefused(token.hash, 10)).toMatchObject({ live: false });
    }
  });

  it('hand out nothing that works once a family is revoked, and are revoked once', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { token } = await open();
      const revoke = (by: number): Promise<boolean> =>
        pools[by]!.transactions.run((tx) => families[by]!.revoke(tx, token.familyId, 'reused'));
      const [won, ...revoked] = await Promise.all([rotate(token), revoke(0), revoke(1)]);
      expect(revoked.sort()).toEqual([false, true]);
      if (won) expect(await rotate(won.successor)).toBeUndefined();
      expect(await rotate(token)).toBeUndefined();
    }
  });

  it('do not wait for ever when a refresh and the end of all sessions cross', async () => {
    const opened = await Promise.all(Array.from({ length: 16 }, open));
    await Promise.all([
      ...opened.map(({ token }, at) => rotate(token, at)),
      pools[1].transactions.run((tx) => sessions.endAll(tx, userId, 'password_reset')),
    ]);
    for (const { id } of opened) expect(await sessions.checkById(id)).toBeUndefined();
  });

  it('know a token by its family too', async () => {
    const [one, other] = [await open(), await open()];
    expect(await rotate({ ...one.token, familyId: other.token.familyId })).toBeUndefined();
    expect(await rotate(one.token)).toBeDefined();
  });

  it('grace by the clock of the database, and only until the child is used', async () => {
    const { token } = await open();
    const won = await rotate(token);
    const graced = async (): Promise<boolean | undefined> => (await families[0].readRefused(token.hash, 10))?.graced;
    expect(await graced()).toBe(true);
    await database.shiftClock(9);
    expect(await graced()).toBe(true);
    await database.shiftClock(11);
    expect(await graced()).toBe(false);
    await database.shiftClock(0);
    await rotate(won!.successor);
    expect(await graced()).toBe(false);
  });

  it('keep the next token where only the holder of the last one can open it', async () => {
    const { token } = await open();
    await rotate(token);
    const refused = await families[0].readRefused(token.hash, 10);
    const other = newRefreshToken(token.familyId);
    expect(() => openSuccessor(other, refused!.sealedSuccessor!)).toThrow();
    expect(() => openSuccessor({ ...other, hash: token.hash }, refused!.sealedSuccessor!)).toThrow();
  });

  it('know nothing of a token that never was', async () => {
    const { token } = await open();
    expect(await families[0].readRefused(newRefreshToken(token.familyId).hash, 10)).toBeUndefined();
    expect(await families[0].readRefused(token.hash, 10)).toMatchObject({ consumed: false, live: true, graced: false });
  });
});
