import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { Audit } from './audit.js';
import { AuditRecord } from './persistence/audit-record.entity.js';

const client = { address: '2001:db8::7', userAgent: 'spec', requestId: 'r-1' };
const nowhere = { address: null, userAgent: null, requestId: null };

describe('the audit log', () => {
  let audit: Audit;
  let database: TestDatabase;
  let app: TestPool;
  let owner: TestPool;

  const records = (): Promise<AuditRecord[]> => app.database.manager.find(AuditRecord, { order: { id: 'ASC' } });

  const asApp = (text: string): Promise<object[]> => app.database.run({ name: `test.${text}`.slice(0, 60), text });
  const asOwner = (text: string): Promise<object[]> => owner.database.run({ name: `test.${text}`.slice(0, 60), text });

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openPool(database.url, [AuditRecord]);
    audit = new Audit(app.database);
    owner = await openPool(database.ownerUrl);
  });

  afterAll(async () => {
    await app.close();
    await owner.close();
    await database.drop();
  });

  it('keeps several events of one call, whole, in one statement and one transaction', async () => {
    await app.transactions.run(async (tx) => {
      await audit.record(
        tx,
        {
          type: 'authentication.login_succeeded',
          userId: '9007199254740993',
          sessionId: '6f1c1a52-58a6-4d5b-9f83-0d7e4f0e0b11',
          client,
          data: { factor: 'password' },
        },
        { type: 'users.disabled', userId: '5', actorId: '6', client: nowhere },
      );
    });
    expect(await records()).toMatchObject([
      {
        type: 'authentication.login_succeeded',
        userId: '9007199254740993',
        actorId: null,
        sessionId: '6f1c1a52-58a6-4d5b-9f83-0d7e4f0e0b11',
        address: '2001:db8::7',
        userAgent: 'spec',
        requestId: 'r-1',
        data: { factor: 'password' },
      },
      { type: 'users.disabled', userId: '5', actorId: '6', address: null, data: {} },
    ]);
    const [row] = (await asApp('SELECT count(DISTINCT txid)::int AS transactions FROM audit_events')) as [object];
    expect(row).toEqual({ transactions: 1 });
  });

  it('carries the id of the transaction that wrote each row, so that a sealer knows what was committed together', async () => {
    const [, row] = await app.transactions.run(async (tx) => {
      await audit.record(tx, { type: 'test.sealed', client: nowhere });
      return tx.run<{ same: boolean }>({
        name: 'test.txid',
        text: `SELECT NULL AS same UNION ALL
          SELECT txid = pg_current_xact_id() FROM audit_events WHERE type = 'test.sealed'`,
      });
    });
    expect(row).toEqual({ same: true });
    const [column] = await asApp(
      `SELECT data_type, is_nullable FROM information_schema.columns WHERE table_name = 'audit_events' AND column_name = 'txid'`,
    );
    expect(column).toEqual({ data_type: 'xid8', is_nullable: 'NO' });
  });

  it('forgets nothing and adds nothing when the change is rolled back', async () => {
    const before = (await records()).length;
    const work = app.transactions.run(async (tx) => {
      await audit.record(tx, { type: 'test.undone', client: nowhere });
      throw new Error('undo');
    });
    await expect(work).rejects.toThrow('undo');
    expect(await records()).toHaveLength(before);
  });

  it('takes input that PostgreSQL would refuse: NUL, half surrogates, made-up addresses', async () => {
    await app.transactions.run((tx) =>
      audit.record(tx, {
        type: 'test.hostile',
        client: { address: 'unknown', userAgent: `a\0b${'x'.repeat(600)}`, requestId: 'half \ud800' },
        data: { identifier: 'nul \0, half \udfff' },
      }),
    );
    const row = (await records()).at(-1);
    expect(row).toMatchObject({
      address: null,
      requestId: 'half \ufffd',
      data: { identifier: 'nul \ufffd, half \ufffd' },
    });
    expect(row?.userAgent).toHaveLength(512);
  });

  it.each([
    `UPDATE audit_events SET type = 'forged'`,
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    `SELECT nextval('audit_events_id_seq'), setval('audit_events_id_seq', 1)`,
    `INSERT INTO audit_events_default (type) VALUES ('beside the table')`,
    'DELETE FROM audit_events_default',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'DROP TABLE audit_events',
  ])("refuses the app's role: %s", async (text) => {
    await expect(asApp(text)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    `UPDATE audit_events SET type = 'forged'`,
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events_default',
  ])('refuses even its owner: %s', async (text) => {
    await expect(asOwner(text)).rejects.toThrow('is append-only');
  });

  it('refuses even its owner to change or empty the partition of a month', async () => {
    const [partition] = (await asOwner(
      `SELECT tableoid::regclass::text AS name FROM audit_events WHERE type = 'users.disabled'`,
    )) as [{ name: string }];
    expect(partition.name).toMatch(/^audit_events_y\d{4}m\d{2}$/);
    for (const text of [
      `UPDATE ${partition.name} SET type = ''`,
      `DELETE FROM ${partition.name}`,
      `TRUNCATE ${partition.name}`,
    ]) {
      await expect(asOwner(text)).rejects.toThrow('is append-only');
    }
  });
});
