import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Pool } from 'pg';

interface Row {
  readonly payload: AdapterPayload;
  readonly consumed: number | null;
}

const columns = 'payload, floor(extract(epoch FROM consumed_at))::float8 AS consumed';
const alive = '(expires_at IS NULL OR expires_at > now())';

/** A plain store of oidc-provider in PostgreSQL: each call of the library is one statement, as anybody would write it. */
export class PostgresAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly pool: Pool,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO bare_provider (model, id, payload, grant_id, uid, user_code, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + $7::int * interval '1 second')
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
         uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
      [this.model, id, payload, payload.grantId, payload.uid, payload.userCode, expiresIn],
    );
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.findBy('id', id);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.findBy('uid', uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.findBy('user_code', userCode);
  }

  async consume(id: string): Promise<void> {
    await this.pool.query('UPDATE bare_provider SET consumed_at = now() WHERE model = $1 AND id = $2', [
      this.model,
      id,
    ]);
  }

  async destroy(id: string): Promise<void> {
    await this.pool.query('DELETE FROM bare_provider WHERE model = $1 AND id = $2', [this.model, id]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.pool.query('DELETE FROM bare_provider WHERE grant_id = $1', [grantId]);
  }

  private async findBy(column: 'id' | 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${columns} FROM bare_provider WHERE model = $1 AND ${column} = $2 AND ${alive}`,
      [this.model, value],
    );
    const [row] = rows;
    if (!row) return undefined;
    return row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed };
  }
}
