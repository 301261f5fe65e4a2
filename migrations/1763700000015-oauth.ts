import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients of the OAuth issuers, what users allowed them, and what they were handed. */
export class Oauth1763700000015 implements MigrationInterface {
  name = 'Oauth1763700000015';

  async up(query: QueryRunner): Promise<void> {
    await query.query(clients);
    await query.query(consents);
    await query.query(grants);
    await query.query(artifacts);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE oauth_artifacts, oauth_grants, oauth_consents, oauth_client_secrets, oauth_clients');
  }
}

const clients = `
  CREATE TABLE oauth_clients (
    id character varying NOT NULL,
    metadata jsonb NOT NULL,
    first_party boolean NOT NULL DEFAULT false,
    created_by bigint,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    updated_at timestamp with time zone NOT NULL DEFAULT app_now(),
    disabled_at timestamp with time zone,
    CONSTRAINT oauth_clients_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_clients_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL
  );
  CREATE INDEX oauth_clients_created_idx ON oauth_clients (created_at, id);
  CREATE INDEX oauth_clients_created_by_idx ON oauth_clients (created_by);

  CREATE TABLE oauth_client_secrets (
    id uuid NOT NULL,
    client_id character varying NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone,
    CONSTRAINT oauth_client_secrets_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_client_secrets_client_fkey FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE
  );
  CREATE INDEX oauth_client_secrets_client_idx ON oauth_client_secrets (client_id)`;

const consents = `
  CREATE TABLE oauth_consents (
    user_id bigint NOT NULL,
    client_id character varying NOT NULL,
    granted jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    updated_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT oauth_consents_pkey PRIMARY KEY (user_id, client_id),
    CONSTRAINT oauth_consents_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`;

const grants = `
  CREATE TABLE oauth_grants (
    hash bytea NOT NULL,
    issuer character varying NOT NULL,
    user_id bigint NOT NULL,
    client_id character varying NOT NULL,
    session_id uuid,
    payload jsonb NOT NULL,
    access_valid_from timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT oauth_grants_pkey PRIMARY KEY (hash),
    CONSTRAINT oauth_grants_issuer_check CHECK (issuer IN ('oidc', 'indieauth')),
    CONSTRAINT oauth_grants_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE INDEX oauth_grants_user_idx ON oauth_grants (user_id, client_id);
  CREATE INDEX oauth_grants_expires_idx ON oauth_grants (expires_at)`;

const artifacts = `
  CREATE TABLE oauth_artifacts (
    hash bytea NOT NULL,
    issuer character varying NOT NULL,
    model character varying NOT NULL,
    grant_hash bytea,
    user_id bigint,
    client_id character varying,
    session_id uuid,
    uid_hash bytea,
    user_code_hash bytea,
    sealed bytea NOT NULL,
    access_valid_from timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    consumed_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT oauth_artifacts_pkey PRIMARY KEY (hash),
    CONSTRAINT oauth_artifacts_issuer_check CHECK (issuer IN ('oidc', 'indieauth')),
    CONSTRAINT oauth_artifacts_grant_fkey FOREIGN KEY (grant_hash) REFERENCES oauth_grants (hash) ON DELETE CASCADE,
    CONSTRAINT oauth_artifacts_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT oauth_artifacts_session_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
  );
  CREATE INDEX oauth_artifacts_grant_idx ON oauth_artifacts (grant_hash);
  CREATE INDEX oauth_artifacts_user_idx ON oauth_artifacts (user_id);
  CREATE INDEX oauth_artifacts_session_idx ON oauth_artifacts (session_id);
  CREATE INDEX oauth_artifacts_expires_idx ON oauth_artifacts (expires_at);
  CREATE UNIQUE INDEX oauth_artifacts_uid_hash_key ON oauth_artifacts (uid_hash) WHERE uid_hash IS NOT NULL;
  CREATE UNIQUE INDEX oauth_artifacts_user_code_hash_key ON oauth_artifacts (user_code_hash)
    WHERE user_code_hash IS NOT NULL`;
