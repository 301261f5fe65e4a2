import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo, type JsonValue } from '@app/audit';
import { randomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import { type AdministeredClient, AdministeredClientsRepository } from './administered-clients.repository.js';
import { ClientMetadataJudge } from './client-metadata.service.js';
import { needsSecret } from './client-rules.js';
import { clientIdTaken, clientNotFound, noClientSecret, secretNotFound, soleSecret } from './oauth.errors.js';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** Who administers, and from where. */
export interface Administrator {
  readonly userId: UserId;
  readonly client: ClientInfo;
}

/** A client, and the secret that was made for it; it is told this once. */
export interface ClientWithSecret {
  readonly client: AdministeredClient;
  readonly secret: string | undefined;
}

/** The clients of this installation, kept by administrators. */
@Injectable()
export class ClientAdministration {
  constructor(
    private readonly clients: AdministeredClientsRepository,
    private readonly metadata: ClientMetadataJudge,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Registers a client, with a secret where it needs one.
   * @param members by their RFC 7591 names
   * @throws AppError invalid `oauth.invalid_client_metadata`; conflict `oauth.client_id_taken`
   */
  async create(members: ClientMetadata, by: Administrator): Promise<ClientWithSecret> {
    const { client_id: given, first_party: firstParty = false, ...rest } = merged({}, members);
    const id = typeof given === 'string' ? given : randomUUID();
    const metadata = await this.metadata.judge(id, rest);
    return this.transactions.run(async (tx) => {
      const client = { id, metadata, firstParty: firstParty === true, createdBy: by.userId };
      if (!(await this.clients.insert(tx, client))) throw clientIdTaken();
      const secret = needsSecret(metadata) ? await this.addSecret(tx, id) : undefined;
      await this.record(tx, 'oauth.client_created', id, by, {
        firstParty: client.firstParty,
        metadata: plain(metadata),
      });
      return { client: await this.require(tx, id), secret };
    });
  }

  /** @throws AppError not_found `oauth.client_not_found` */
  async read(id: string): Promise<AdministeredClient> {
    const client = await this.clients.find(id);
    if (!client) throw clientNotFound();
    return client;
  }

  /**
   * Changes the members that are given; null takes one away. A client that needs a secret from now on gets one.
   * @throws AppError not_found `oauth.client_not_found`; invalid `oauth.invalid_client_metadata`
   */
  async change(id: string, members: ClientMetadata, by: Administrator): Promise<ClientWithSecret> {
    return this.transactions.run(async (tx) => {
      const before = await this.clients.lock(tx, id);
      if (!before) throw clientNotFound();
      const { first_party: firstParty = before.firstParty, ...rest } = members;
      const stays = before.secrets.length > 0;
      const metadata = await this.metadata.judge(id, merged(before.metadata, rest));
      await this.clients.update(tx, id, metadata, firstParty === true);
      const secret = needsSecret(metadata) && !stays ? await this.addSecret(tx, id) : undefined;
      if (!needsSecret(metadata) && stays) await this.clients.expireSecrets(tx, id, 0);
      await this.record(tx, 'oauth.client_changed', id, by, { members: plain(members) });
      return { client: await this.require(tx, id), secret };
    });
  }

  /**
   * Makes a new secret; the old ones are good for `overlap` seconds more.
   * @throws AppError not_found `oauth.client_not_found`; conflict `oauth.client_has_no_secret`
   */
  async rotateSecret(id: string, overlap: number, by: Administrator): Promise<ClientWithSecret> {
    return this.transactions.run(async (tx) => {
      const client = await this.clients.lock(tx, id);
      if (!client) throw clientNotFound();
      if (!needsSecret(client.metadata)) throw noClientSecret();
      await this.clients.expireSecrets(tx, id, overlap);
      const secret = await this.addSecret(tx, id);
      await this.record(tx, 'oauth.client_secret_rotated', id, by, { overlap });
      return { client: await this.require(tx, id), secret };
    });
  }

  /**
   * Ends an old secret now.
   * @throws AppError not_found `oauth.client_not_found`, `oauth.secret_not_found`; conflict `oauth.sole_secret`
   */
  async endSecret(id: string, secretId: string, by: Administrator): Promise<void> {
    await this.transactions.run(async (tx) => {
      const client = await this.clients.lock(tx, id);
      if (!client) throw clientNotFound();
      const secret = client.secrets.find((one) => one.id === secretId);
      if (!secret) throw secretNotFound();
      if (secret.expiresAt === null) throw soleSecret();
      await this.clients.deleteSecret(tx, id, secretId);
      await this.record(tx, 'oauth.client_secret_ended', id, by, { secret: secretId });
    });
  }

  /** Doing it twice changes nothing. @throws AppError not_found `oauth.client_not_found` */
  async setDisabled(id: string, disabled: boolean, by: Administrator): Promise<AdministeredClient> {
    return this.transactions.run(async (tx) => {
      if (await this.clients.setDisabled(tx, id, disabled)) {
        await this.record(tx, disabled ? 'oauth.client_disabled' : 'oauth.client_enabled', id, by);
      }
      return this.require(tx, id);
    });
  }

  /** Deletes it with all that it was handed. @throws AppError not_found `oauth.client_not_found` */
  async delete(id: string, by: Administrator): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.clients.delete(tx, id))) throw clientNotFound();
      await this.record(tx, 'oauth.client_deleted', id, by);
    });
  }

  private async addSecret(tx: Tx, id: string): Promise<string> {
    const secret = randomToken();
    await this.clients.addSecret(tx, randomUUID(), id, sha256(secret));
    return secret;
  }

  private async require(tx: Tx, id: string): Promise<AdministeredClient> {
    const client = await this.clients.find(id, tx);
    if (!client) throw clientNotFound();
    return client;
  }

  private async record(
    tx: Tx,
    type: string,
    clientId: string,
    { userId, client }: Administrator,
    data: Readonly<Record<string, JsonValue>> = {},
  ): Promise<void> {
    await this.audit.record(tx, { type, actorId: userId, client, data: { clientId, ...data } });
  }
}

/** RFC 7396, one level deep. */
function merged(before: ClientMetadata, changes: ClientMetadata): ClientMetadata {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    Object.entries({ ...before, ...Object.fromEntries(given) }).filter(([, value]) => value !== null),
  );
}

/** Metadata as a record of the audit log holds it: nothing in them is secret. */
const plain = (members: ClientMetadata): JsonValue => JSON.parse(JSON.stringify(members)) as JsonValue;
