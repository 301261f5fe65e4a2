import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { ConfigurationError, type HttpConfig, type PasskeyConfig } from '@app/config';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { PasskeyRelyingParty } from './passkey-relying-party.js';

describe('the relying party of passkeys', () => {
  let database: TestDatabase;
  let pool: TestPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = await openPool(database.url);
  });

  afterEach(() => pool.dataSource.query('DELETE FROM relying_party; DELETE FROM passkeys; DELETE FROM users'));

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  /** A process that starts under this address. */
  const started = async (publicUrl: string, origins: readonly string[] = []): Promise<PasskeyRelyingParty> => {
    const party = new PasskeyRelyingParty(
      pool.database,
      { publicUrl } as HttpConfig,
      { origins } as unknown as PasskeyConfig,
    );
    await party.settle();
    return party;
  };
  const addPasskey = async (): Promise<void> => {
    await pool.dataSource.query(
      `INSERT INTO users (id, email, email_key, status) VALUES (7, 'a@b.test', 'a@b.test', 'active')`,
    );
    await pool.dataSource.query(`
      INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, aaguid, backed_up)
      VALUES (gen_random_uuid(), 7, 'id', 'key', 0, 'Key', gen_random_uuid(), false)`);
  };

  it('is the host of the first start, whichever of many processes is first', async () => {
    const parties = await Promise.all(Array.from({ length: 8 }, () => started('https://id.example.org:8443')));
    expect(new Set(await Promise.all(parties.map((party) => party.id())))).toEqual(new Set(['id.example.org']));
    expect(await pool.dataSource.query('SELECT id FROM relying_party')).toEqual([{ id: 'id.example.org' }]);
  });

  it('stays what it was where the address moves below it, as passkeys go on working there', async () => {
    await started('https://example.org');
    await addPasskey();
    const party = await started('https://id.example.org', ['https://app.example.org']);
    expect(await party.id()).toBe('example.org');
    expect(party.origins).toEqual(['https://id.example.org', 'https://app.example.org']);
  });

  it('moves along to another host while nobody has a passkey', async () => {
    await started('https://old.example');
    expect(await (await started('https://new.example')).id()).toBe('new.example');
  });

  it.each(['https://new.example', 'https://example.org', 'https://notid.example.org', 'https://evil-id.example.org'])(
    'refuses a start at %s, where the passkeys of people would not work',
    async (elsewhere) => {
      await started('https://id.example.org');
      await addPasskey();
      const refused = started(elsewhere);
      await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
      await expect(refused).rejects.toThrow(/GATEHOUSE_PUBLIC_URL: .* Go back to id\.example\.org/);
      expect(await pool.dataSource.query('SELECT id FROM relying_party')).toEqual([{ id: 'id.example.org' }]);
    },
  );
});
