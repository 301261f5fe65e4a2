import { setTimeout as wait } from 'node:timers/promises';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { parseUserId, type UserId } from '@app/users';
import { type AdapterParts, currentRequest, grantHash, userIdOf } from './adapter-parts.js';
import { artifactHash, browserSessionHash } from './artifact-hashes.js';
import type { EndsWith, StoredArtifact } from './artifacts.repository.js';
import { letIn } from './browser-session.js';
import { ClientAdapter } from './client-adapter.js';
import { providerPayload } from './clients.service.js';
import { GrantAdapter } from './grant-adapter.js';
import type { ProviderRequest } from './provider-request.js';
import { familyAge, withFamilyAge } from './refresh-family.js';
import { openPayload, sealPayload } from './sealed-payload.js';

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

/** What may be introspected and revoked. */
const tokenModels = ['AccessToken', 'ClientCredentials', 'RefreshToken'] as const;

const isTokenModel = (model: string): boolean => (tokenModels as readonly string[]).includes(model);

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

  async upsert(id: string, made: AdapterPayload, expiresIn?: number): Promise<void> {
    const { issuer, envelopes, artifacts, requests } = this.parts;
    const hash = this.hashOf(id);
    const age = currentRequest(requests)?.familyAge ?? 0;
    const payload = this.model === 'RefreshToken' ? withFamilyAge(made, age) : made;
    const artifact = {
      hash,
      issuer,
      model: this.model,
      grantHash: payload.grantId === undefined ? null : grantHash(issuer, payload.grantId),
      userId: userIdOf(payload),
      clientId: payload.clientId ?? null,
      sealed: sealPayload(envelopes, hash, payload),
      lifetime: expiresIn ?? 0,
      endsWith: await this.endsWith(payload),
      uidHash: this.model === 'Session' && payload.uid !== undefined ? this.uidHash(payload.uid) : null,
      userCodeHash: payload.userCode === undefined ? null : this.userCodeHash(payload.userCode),
      letIn: this.model === 'Session' && issuer === 'oidc' ? [...letIn(payload).keys()] : [],
    };
    const issue = currentRequest(requests)?.issue;
    if (issue?.takes(this.model)) return issue.add(artifact);
    const saved = await artifacts.save(artifact);
    // Used by another request at the same moment.
    if (!saved && this.model === 'ReplayDetection') throw new errors.InvalidRequest('it was used before');
    // Revoked, or signed out of, while this request was under way.
    if (!saved) throw new errors.InvalidGrant('the grant or its session has ended');
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.model === 'DeviceCode' && Provider.ctx?.oidc.route === 'token') await this.holdToInterval(id);
    const route = Provider.ctx?.oidc.route;
    const ofAnyModel = (route === 'introspection' || route === 'revocation') && isTokenModel(this.model);
    if (route === 'userinfo' && this.model === 'AccessToken' && this.parts.issuer === 'oidc')
      return this.findBearer(id);
    return this.open(ofAnyModel ? await this.findAmongTokens(id) : await this.parts.artifacts.find(this.hashOf(id)));
  }

  /** Everything that userinfo will ask for comes along. */
  private async findBearer(id: string): Promise<AdapterPayload | undefined> {
    const stored = await this.parts.artifacts.findBearer(this.hashOf(id));
    const payload = await this.open(stored);
    const request = currentRequest(this.parts.requests);
    if (!stored || !request || payload?.clientId === undefined || payload.accountId === undefined) return payload;
    const { enabledClient, userClaims } = stored;
    if (enabledClient) request.clients.set(payload.clientId, providerPayload(payload.clientId, enabledClient));
    if (userClaims) request.accounts.set(payload.accountId, userClaims);
    return payload;
  }

  /** What the caller calls a token is looked for as each model in turn: one statement finds it as any of them. */
  private async findAmongTokens(id: string): Promise<StoredArtifact | undefined> {
    const { issuer, artifacts, requests } = this.parts;
    const find = (): Promise<StoredArtifact[]> =>
      artifacts.findAny(tokenModels.map((model) => artifactHash(issuer, model, id)));
    const request = currentRequest(requests);
    const found = await (request ? (request.tokens ??= find()) : find());
    if (found.length === 0) return undefined;
    const own = this.hashOf(id);
    return found.find(({ hash }) => hash.equals(own));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.open(await this.parts.artifacts.findByUid(this.uidHash(uid)));
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.open(await this.parts.artifacts.findByUserCode(this.userCodeHash(userCode)));
  }

  /** @throws InvalidGrant where another request was first */
  async consume(id: string): Promise<void> {
    const hash = this.hashOf(id);
    const issue = currentRequest(this.parts.requests)?.issue;
    if (issue) return issue.consume(hash);
    if (!(await this.parts.artifacts.consume(hash))) {
      throw new errors.InvalidGrant('it was used by another request');
    }
  }

  /** A sign-out that the provider was asked for ends the one session, not only the provider's part of it. */
  async destroy(id: string): Promise<void> {
    // What it knows of clients is needed to tell them; to the provider it is over with the session.
    if (this.model === 'Session' && Provider.ctx?.oidc.route === 'end_session_confirm' && (await this.signOut()))
      return;
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
    const payload = openPayload(this.parts.envelopes, stored);
    const request = currentRequest(this.parts.requests);
    if (request) this.keep(request, stored, payload);
    if (this.model === 'Session' && !(await this.belongsHere(payload, stored.sessionId))) return undefined;
    if (stored.consumedAt === null) return payload;
    const race = this.model === 'RefreshToken' && (stored.consumedFor ?? 0) < refreshRace;
    if (race) return payload;
    if (this.model === 'AuthorizationCode') await wait(Math.max(0, redemption - (stored.consumedFor ?? 0)) * 1000);
    if (request) request.reused = this.model;
    return { ...payload, consumed: stored.consumedAt };
  }

  /** What came along is not asked for again in the same request. */
  private keep(request: ProviderRequest, stored: StoredArtifact, payload: AdapterPayload): void {
    const { sessionLeft, grant, madeAgo } = stored;
    if (this.model === 'RefreshToken') request.familyAge = familyAge(payload, madeAgo);
    if (sessionLeft !== null) request.sessionLeft = sessionLeft;
    if (payload.accountId !== undefined) request.activeAccounts.add(payload.accountId);
    if (grant !== null && payload.grantId !== undefined) request.grants.set(payload.grantId, grant);
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

  private async signOut(): Promise<boolean> {
    const request = currentRequest(this.parts.requests);
    const principal = await request?.principal();
    // A new identifier for a session that stays is no sign-out.
    if (!request || !principal || Provider.ctx?.oidc.params?.['logout'] === undefined) return false;
    await this.parts.endSession.signOut(principal.sessionId, principal.userId as UserId, request.client);
    return true;
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
