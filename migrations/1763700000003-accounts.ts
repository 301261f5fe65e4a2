import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their passwords, one-time tokens, signing keys, sessions and refresh families. */
export class Accounts1763700000003 implements MigrationInterface {
  name = 'Accounts1763700000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(users);
    await queryRunner.query(credentials);
    await queryRunner.query(tokens);
    await queryRunner.query(sessions);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE refresh_tokens, refresh_families, sessions, signing_keys, hosted_flows, one_time_tokens,
        pending_registrations, password_credentials, group_members, groups, users`);
  }
}

const users = `
  CREATE TABLE users (
    id bigint NOT NULL,
    status character varying NOT NULL DEFAULT 'active',
    username character varying,
    username_key character varying,
    email character varying,
    email_key character varying,
    email_verified_at timestamp with time zone,
    roles character varying array NOT NULL DEFAULT '{}',
    name character varying,
    given_name character varying,
    family_name character varying,
    middle_name character varying,
    nickname character varying,
    profile character varying,
    picture character varying,
    website character varying,
    gender character varying,
    birthdate character varying,
    zoneinfo character varying,
    locale character varying,
    phone_number character varying,
    phone_number_verified boolean NOT NULL DEFAULT false,
    address jsonb,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    updated_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_status_check CHECK (status IN ('active', 'disabled', 'deleted')),
    CONSTRAINT users_email_check CHECK (status = 'deleted' OR email_key IS NOT NULL)
  );
  CREATE UNIQUE INDEX users_username_key ON users (username_key);
  CREATE UNIQUE INDEX users_email_key ON users (email_key);
  CREATE INDEX users_admin_idx ON users (id) WHERE 'admin' = ANY (roles);

  CREATE TABLE groups (
    id uuid NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT groups_pkey PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX groups_name_key ON groups (name);
  CREATE TABLE group_members (
    group_id uuid NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id),
    CONSTRAINT group_members_group_fkey FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT group_members_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE INDEX group_members_user_idx ON group_members (user_id);`;

const credentials = `
  CREATE TABLE password_credentials (
    user_id bigint NOT NULL,
    hash character varying NOT NULL,
    must_change boolean NOT NULL DEFAULT false,
    changed_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT password_credentials_pkey PRIMARY KEY (user_id),
    CONSTRAINT password_credentials_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );`;

const tokens = `
  CREATE TABLE pending_registrations (
    id uuid NOT NULL,
    email character varying NOT NULL,
    email_key character varying NOT NULL,
    username character varying,
    profile jsonb NOT NULL,
    password_hash character varying NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT pending_registrations_pkey PRIMARY KEY (id)
  );
  CREATE INDEX pending_registrations_email_idx ON pending_registrations (email_key);
  CREATE INDEX pending_registrations_created_idx ON pending_registrations (created_at);

  CREATE TABLE one_time_tokens (
    hash bytea NOT NULL,
    purpose character varying NOT NULL,
    reference character varying NOT NULL,
    user_id bigint,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone,
    consumed_at timestamp with time zone,
    CONSTRAINT one_time_tokens_pkey PRIMARY KEY (hash)
  );
  CREATE INDEX one_time_tokens_created_idx ON one_time_tokens (created_at);
  CREATE INDEX one_time_tokens_reference_idx ON one_time_tokens (reference) WHERE consumed_at IS NULL;
  CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id) WHERE user_id IS NOT NULL;

  CREATE TABLE hosted_flows (
    hash bytea NOT NULL,
    kind character varying NOT NULL,
    token_hash bytea,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT hosted_flows_pkey PRIMARY KEY (hash)
  );
  CREATE INDEX hosted_flows_expires_idx ON hosted_flows (expires_at);

  CREATE TABLE signing_keys (
    kid character varying NOT NULL,
    algorithm character varying NOT NULL,
    public_jwk jsonb NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    signs_from timestamp with time zone NOT NULL,
    retires_at timestamp with time zone,
    CONSTRAINT signing_keys_pkey PRIMARY KEY (kid)
  );`;

const sessions = `
  CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    carrier character varying NOT NULL,
    cookie_hash bytea,
    amr character varying array NOT NULL,
    acr character varying NOT NULL,
    auth_time timestamp with time zone NOT NULL DEFAULT app_now(),
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT app_now(),
    idle_expires_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying,
    address inet,
    user_agent character varying,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_carrier_check CHECK ((carrier = 'cookie') = (cookie_hash IS NOT NULL)),
    CONSTRAINT sessions_ended_check CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT sessions_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX sessions_cookie_hash_key ON sessions (cookie_hash) WHERE cookie_hash IS NOT NULL;
  CREATE INDEX sessions_user_idx ON sessions (user_id, id) WHERE ended_at IS NULL;
  CREATE INDEX sessions_expires_idx ON sessions (expires_at);

  CREATE TABLE refresh_families (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoke_reason character varying,
    CONSTRAINT refresh_families_pkey PRIMARY KEY (id),
    CONSTRAINT refresh_families_session_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
  );
  CREATE INDEX refresh_families_session_idx ON refresh_families (session_id);

  CREATE TABLE refresh_tokens (
    hash bytea NOT NULL,
    family_id uuid NOT NULL,
    parent_hash bytea,
    generation integer NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    idle_expires_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    sealed_successor bytea,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash),
    CONSTRAINT refresh_tokens_family_fkey FOREIGN KEY (family_id) REFERENCES refresh_families (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX refresh_tokens_family_generation_key ON refresh_tokens (family_id, generation);`;
