/** The one table of the bare provider: what the library's example adapters keep, ids in clear. */
export const createTable = `
  CREATE TABLE bare_provider (
    model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL, grant_id text, uid text, user_code text,
    expires_at timestamptz, consumed_at timestamptz, PRIMARY KEY (model, id)
  );
  CREATE INDEX ON bare_provider (grant_id);
  CREATE INDEX ON bare_provider (uid);
  CREATE INDEX ON bare_provider (user_code);
  GRANT ALL ON bare_provider TO PUBLIC`;
