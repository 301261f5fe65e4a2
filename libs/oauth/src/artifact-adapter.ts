import { setTimeout as wait } from 'node:timers/promises';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { ClientInfo } from '@app/audit';
import type { Envelopes, KeyedHash } from '@app/crypto';
import type { EndSession } from '@app/sessions';
import { parseUserId, type UserId } from '@app/users';
import { artifactHash, browserSessionHash } from './artifact-hashes.js';
import type { ArtifactsRepository, EndsWith, StoredArtifact } from './artifacts.repository.js';
import type { GrantsRepository } from './grants.repository.js';
import type { Issuer } from './persistence/oauth-grant.entity.js';
import type { ProviderRequest, ProviderRequests } from './provider-request.js';

/** Where a provider finds its clients; without a secret that could be read. */
export interface ClientSource {
  forProvider(id: string): Promise<AdapterPayload | undefined>;
}

/** What an adapter needs, the same for every model. */
export interface AdapterParts {
  readonly issuer: Issuer;
  readonly artifacts: ArtifactsRepository;
  readonly grants: GrantsRepository;
  readonly clients: ClientSource;
  readonly requests: ProviderRequests;
  readonly endSession: EndSession;
  readonly envelopes: Envelopes;
  readonly keyedHash: KeyedHash;
}

/**
 * Seconds in which a second use of a refresh token is taken for a race of one client with itself: the loser is
 * refused and nothing is revoked. After them it is reuse.
 */
const refreshRace = 5;

/**
 * Seconds that a code's second use waits for the first to end, before it revokes what that gave: of many at once one
 * gets an answer, and what it got is dead then.
 */
const redemption = 2;

/** Seconds between two polls of a device, which need not be told: five are the default of RFC 8628 section 3.2. */
const pollInterval = 5;
/** What the network may take away of them. */
const pollTolerance = 1;

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };

/** The stores that a provider asks for, by the name of the model. */
export function adapterFactory(parts: AdapterParts): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return new ClientAdapter(parts);
    return model === 'Grant' ? new GrantAdapter(parts) : new ArtifactAdapter(model, parts);
  };
}

/** Codes, tokens, interactions and browser sessions. Their ids are stored as hashes, what is in them sealed. */
class ArtifactAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly parts: AdapterParts,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { issuer, envelopes, artifacts } = this.parts;
    const hash = this.hashOf(id);
    const saved = await artifacts.save({
      hash,
      issuer,
      model: this.model,
      grantHash: payload.grantId === undefined ? null : grantHash(issuer, payload.grantId),
      userId: userIdOf(payload),
      clientId: payload.clientId ?? null,
      sealed: envelopes.seal(Buffer.from(JSON.stringify(payload)), context(hash)),
      lifetime: expiresIn ?? 0,
      endsWith: await this.endsWith(payload),
      uidHash: this.model === 'Session' && payload.uid !== undefined ? this.uidHash(payload.uid) : null,
      userCodeHash: payload.userCode === undefined ? null : this.userCodeHash(payload.userCode),
    });
    // Revoked, or signed out of, while this request was under way.
    if (!saved) throw new errors.InvalidGrant('the grant or its session has ended');
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.model === 'DeviceCode' && Provider.ctx?.oidc.route === 'token') await this.holdToInterval(id);
    return this.open(await this.parts.artifacts.find(this.hashOf(id)));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.open(await this.parts.artifacts.findByUid(this.uidHash(uid)));
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.open(await this.parts.artifacts.findByUserCode(this.userCodeHash(userCode)));
  }

  /** @throws InvalidGrant where another request was first */
  async consume(id: string): Promise<void> {
    if (!(await this.parts.artifacts.consume(this.hashOf(id)))) {
      throw new errors.InvalidGrant('it was used by another request');
    }
  }

  /** A sign-out that the provider was asked for ends the one session, not only the provider's part of it. */
  async destroy(id: string): Promise<void> {
    if (this.model === 'Session' && Provider.ctx?.oidc.route === 'end_session_confirm') await this.signOut();
    await this.parts.artifacts.delete(this.hashOf(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.parts.artifacts.deleteByGrant(grantHash(this.parts.issuer, grantId), this.model);
  }

  /** RFC 8628 section 3.5. @throws SlowDown where a device asks sooner than it was told to */
  private async holdToInterval(id: string): Promise<void> {
    const polled = await this.parts.artifacts.poll(this.hashOf(id), pollInterval - pollTolerance);
    if (polled === 'too_soon') throw new errors.SlowDown();
  }

  private async open(stored: StoredArtifact | undefined): Promise<AdapterPayload | undefined> {
    if (!stored) return undefined;
    const text = this.parts.envelopes.open(stored.sealed, context(stored.hash)).toString();
    const payload = JSON.parse(text) as AdapterPayload;
    const request = currentRequest(this.parts.requests);
    if (request && stored.sessionLeft !== null) request.sessionLeft = stored.sessionLeft;
    if (this.model === 'Session' && !(await this.belongsHere(payload, stored.sessionId))) return undefined;
    if (stored.consumedAt === null) return payload;
    const race = this.model === 'RefreshToken' && (stored.consumedFor ?? 0) < refreshRace;
    if (race) return payload;
    if (this.model === 'AuthorizationCode') await wait(Math.max(0, redemption - (stored.consumedFor ?? 0)) * 1000);
    if (request) request.reused = this.model;
    return { ...payload, consumed: stored.consumedAt };
  }

  /**
   * Whether the provider's session is that of who is signed in to this browser now. Where no browser asks, the row's
   * session being alive is enough.
   */
  private async belongsHere({ accountId }: AdapterPayload, sessionId: string | null): Promise<boolean> {
    if (accountId === undefined) return true;
    const request = currentRequest(this.parts.requests);
    if (!request?.browser) return sessionId !== null;
    return (await request.principal())?.sessionId === sessionId;
  }

  private async signOut(): Promise<void> {
    const request = currentRequest(this.parts.requests);
    const principal = await request?.principal();
    // A new identifier for a session that stays is no sign-out.
    if (!request || !principal || Provider.ctx?.oidc.params?.['logout'] === undefined) return;
    await this.parts.endSession.signOut(principal.sessionId, principal.userId as UserId, request.client);
  }

  private async endsWith(payload: AdapterPayload): Promise<EndsWith> {
    if (this.model === 'Session') return this.sessionOf(payload);
    const { sessionUid, expiresWithSession } = payload;
    if (sessionUid === undefined || expiresWithSession !== true) return { kind: 'itself' };
    // The provider stores a new browser session after the first code of it.
    if (currentRequest(this.parts.requests)?.browser) return this.sessionOf(payload);
    return { kind: 'browser', uidHash: this.uidHash(sessionUid) };
  }

  /** A browser session of somebody is a part of the one session row. */
  private async sessionOf(payload: AdapterPayload): Promise<EndsWith> {
    if (payload.accountId === undefined) return { kind: 'itself' };
    const principal = await currentRequest(this.parts.requests)?.principal();
    if (!principal || principal.userId !== parseUserId(payload.accountId)) {
      throw new errors.SessionNotFound('the browser is not signed in to this account');
    }
    return { kind: 'session', sessionId: principal.sessionId };
  }

  private hashOf(id: string): Buffer {
    return artifactHash(this.parts.issuer, this.model, id);
  }

  private uidHash(uid: string): Buffer {
    return browserSessionHash(this.parts.issuer, uid);
  }

  /** Short, so a plain hash could be tried out. */
  private userCodeHash(userCode: string): Buffer {
    return this.parts.keyedHash.digest('oauth-user-code', `${this.parts.issuer}\n${userCode}`);
  }
}

/** What a client may do for a user. With it goes all that was handed out for it. */
class GrantAdapter implements Adapter {
  constructor(private readonly parts: AdapterParts) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { issuer, grants, requests } = this.parts;
    const userId = userIdOf(payload);
    const { clientId } = payload;
    if (userId === null || clientId === undefined) throw new Error('a grant without a user or a client');
    const request = currentRequest(requests);
    const sessionId = (await request?.principal())?.sessionId ?? null;
    const { jti: _, ...rest } = payload;
    const hash = grantHash(issuer, id);
    const data = { clientId, issuer, scopes: scopesOf(payload) };
    await grants.save(
      { hash, issuer, userId, clientId, sessionId, payload: { ...rest }, lifetime: expiresIn ?? 0 },
      { type: 'oauth.granted', userId, sessionId, client: request?.client ?? nobody, data },
    );
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.parts.grants.find(grantHash(this.parts.issuer, id));
    return payload && { ...payload, jti: id };
  }

  async destroy(id: string): Promise<void> {
    const request = currentRequest(this.parts.requests);
    const record = { type: reasonOfRevocation(request), client: request?.client ?? nobody };
    await this.parts.grants.revoke(grantHash(this.parts.issuer, id), record);
  }

  /* Grants are found by their id alone. */
  findByUid = unsupported;
  findByUserCode = unsupported;
  consume = unsupported;
  revokeByGrantId = unsupported;
}

/** Clients are read here and written by administrators. */
class ClientAdapter implements Adapter {
  constructor(private readonly parts: AdapterParts) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.parts.clients.forProvider(id);
  }

  upsert = unsupported;
  destroy = unsupported;
  findByUid = unsupported;
  findByUserCode = unsupported;
  consume = unsupported;
  revokeByGrantId = unsupported;
}

function unsupported(): Promise<never> {
  return Promise.reject(new Error('This model has no such operation.'));
}

/** Why a provider revokes a grant, as the audit log calls it: told by what the request has presented. */
function reasonOfRevocation(request: ProviderRequest | undefined): string {
  if (request?.reused === 'AuthorizationCode') return 'oauth.code_replayed';
  return request?.reused === 'RefreshToken' ? 'oauth.refresh_token_reused' : 'oauth.grant_revoked';
}

const currentRequest = (requests: ProviderRequests): ProviderRequest | undefined => requests.of(Provider.ctx?.req);

const grantHash = (issuer: Issuer, id: string): Buffer => artifactHash(issuer, 'Grant', id);

const context = (hash: Buffer): string => `oauth_artifact:${hash.toString('base64url')}`;

/** Of a grant, those of resources after their own. */
function scopesOf({ openid, resources }: AdapterPayload): string[] {
  const texts = [(openid as { scope?: string } | undefined)?.scope ?? '', ...Object.values(resources ?? {})];
  return texts.flatMap((text) => String(text).split(' ')).filter((scope) => scope !== '');
}

const userIdOf = ({ accountId }: AdapterPayload): UserId | null =>
  accountId === undefined ? null : (parseUserId(accountId) ?? null);
