import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { sha256 } from '@app/crypto';
import { Transactions } from '@app/database';
import type { UserId } from '@app/users';
import { type GivenAccess, GivenAccessRepository, type GrantPayload } from './given-access.repository.js';
import { accessNotFound } from './oauth.errors.js';
import type { Granted } from './persistence/oauth-consent.entity.js';
import { nothingGranted, union } from './requested.js';

/** All that one application may do for a user. */
export interface Access {
  /** Of the application, for an address: ids of clients may be addresses themselves. */
  readonly id: string;
  readonly clientId: string;
  readonly clientName: string | null;
  readonly firstParty: boolean;
  readonly granted: Granted;
  /** It may go on while the user is away. */
  readonly offline: boolean;
  readonly since: Date;
  readonly lastUsedAt: Date | null;
  /** Those of the user's sessions in which it was let in. */
  readonly sessionIds: readonly string[];
}

/** What users let applications do, for them to see and to take back. */
@Injectable()
export class AccessGiven {
  constructor(
    private readonly given: GivenAccessRepository,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  async list(userId: UserId): Promise<Access[]> {
    return accessByClient(await this.given.list(userId));
  }

  /**
   * Takes back all that one application was given: its tokens are worth nothing from now on.
   * @throws AppError not_found `oauth.access_not_found`
   */
  async revoke(userId: UserId, accessId: string, client: ClientInfo, sessionId: string): Promise<void> {
    const key = Buffer.from(accessId, 'base64url');
    await this.transactions.run(async (tx) => {
      const gone = await this.given.revoke(tx, userId, key);
      if (!gone) throw accessNotFound();
      const data = { clientId: gone.clientId, grants: gone.grants };
      await this.audit.record(tx, { type: 'oauth.access_revoked', userId, actorId: userId, sessionId, client, data });
    });
  }
}

/** One Access a client, of its consent and its grants; rows are the oldest first. */
export function accessByClient(rows: readonly GivenAccess[]): Access[] {
  const byClient = new Map<string, Access>();
  for (const row of rows) {
    const granted = row.granted ?? grantedBy(row.payload ?? {});
    // What IndieAuth gives ends with no session.
    const offline = isOffline(granted) || row.issuer === 'indieauth';
    // What keeps nothing past its session went with it.
    if (row.granted === null && row.sessionId === null && !offline) continue;
    const before = byClient.get(row.clientId);
    const all = union(before?.granted ?? nothingGranted, granted);
    byClient.set(row.clientId, {
      id: sha256(row.clientId).toString('base64url'),
      clientId: row.clientId,
      clientName: row.clientName ?? before?.clientName ?? null,
      firstParty: row.firstParty,
      granted: all,
      offline: offline || (before?.offline ?? false),
      since: before?.since ?? row.createdAt,
      lastUsedAt: later(before?.lastUsedAt ?? null, row.lastUsedAt),
      sessionIds: [...new Set([...(before?.sessionIds ?? []), ...(row.sessionId === null ? [] : [row.sessionId])])],
    });
  }
  return [...byClient.values()];
}

function grantedBy({ openid, resources = {} }: GrantPayload): Granted {
  const ofResources = Object.entries(resources).map(([resource, scope]) => [resource, scopesIn(scope)] as const);
  return {
    scopes: scopesIn(openid?.scope),
    claims: openid?.claims ?? [],
    resources: Object.fromEntries(ofResources),
  };
}

const scopesIn = (text = ''): string[] => text.split(' ').filter((scope) => scope !== '');

const isOffline = ({ scopes }: Granted): boolean => scopes.includes('offline_access');

const later = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one;
