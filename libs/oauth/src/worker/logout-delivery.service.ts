import { Injectable, Logger } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Envelopes } from '@app/crypto';
import { Transactions } from '@app/database';
import { FetchRefused, GuardedFetch } from '@app/outbound';
import { Outbox } from '@app/outbox';
import { sessionEndTopic } from '@app/sessions';
import type { SigningAlgorithm } from '@app/tokens';
import { letIn } from '../browser-session.js';
import { type EndedBrowserSession, LogoutsRepository } from '../logout/logouts.repository.js';
import { LogoutTokens } from '../logout/logout-tokens.js';
import type { ClientMetadata } from '../persistence/oauth-client.entity.js';
import { openPayload } from '../sealed-payload.js';

/** How often a client is told that does not say that it heard: over half an hour, in growing distances. */
const mostAttempts = 6;
const firstDelayMs = 5_000;

const patience = { maxBytes: 64 * 1024, timeoutMs: 5_000, redirects: 0 } as const;
const worker: ClientInfo = { address: null, userAgent: null, requestId: null };

/** A row of the outbox in hand. */
export interface Attempt {
  readonly outboxId: string;
  readonly attempt: number;
}

/** Tells clients that a session ended which they let somebody in by (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class LogoutDelivery {
  private readonly log = new Logger(LogoutDelivery.name);

  constructor(
    private readonly logouts: LogoutsRepository,
    private readonly tokens: LogoutTokens,
    private readonly fetch: GuardedFetch,
    private readonly envelopes: Envelopes,
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  /** Makes work of its own of each client that is to be told, so that none waits for another. */
  async spread(sessionId: string, { outboxId }: Attempt): Promise<void> {
    const ended = await this.logouts.findEnded(sessionId);
    const clientIds = ended.flatMap((browser) => [...this.clientsOf(browser).keys()]);
    const listeners = await this.logouts.findListeners(clientIds);
    await this.transactions.run(async (tx) => {
      if (!(await this.outbox.close(tx, outboxId))) return;
      for (const { id } of listeners) {
        await this.outbox.add(tx, { topic: sessionEndTopic, reference: `${sessionId} ${id}` });
      }
    });
  }

  /** One attempt to tell one client; no transaction is open meanwhile. */
  async tell(sessionId: string, clientId: string, { outboxId, attempt }: Attempt): Promise<void> {
    const [listener] = await this.logouts.findListeners([clientId]);
    const ended = listener ? await this.logouts.findEnded(sessionId) : [];
    const fault = listener && (await this.post(listener, ended));
    await this.transactions.run(async (tx) => {
      if (fault !== undefined && attempt < mostAttempts) {
        return this.outbox.defer(tx, outboxId, delayMs(attempt));
      }
      if (!(await this.outbox.close(tx, outboxId)) || fault === undefined) return;
      const userId = ended[0]?.userId ?? null;
      const data = { clientId, fault, attempts: attempt };
      await this.audit.record(tx, { type: 'oauth.logout_not_delivered', userId, sessionId, client: worker, data });
      this.log.warn(`client ${clientId} was not told of a sign-out: ${fault}`);
    });
  }

  /** @returns what went wrong, without what anybody else wrote */
  private async post(listener: Listener, ended: readonly EndedBrowserSession[]): Promise<string | undefined> {
    try {
      for (const logoutToken of this.tokensFor(listener, ended)) {
        const { status } = await this.fetch.request(String(listener.metadata['backchannel_logout_uri']), {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Gatehouse' },
          body: new URLSearchParams({ logout_token: logoutToken }).toString(),
          ...patience,
        });
        // Section 2.8; many say 204.
        if (status !== 200 && status !== 204) return `status_${status}`;
      }
      return undefined;
    } catch (error) {
      if (error instanceof FetchRefused) return error.fault;
      throw error;
    }
  }

  /** One for each `sid` where the client knows sessions apart, otherwise one for the account. */
  private tokensFor({ id, metadata }: Listener, ended: readonly EndedBrowserSession[]): string[] {
    const [first] = ended;
    if (!first) return [];
    const { userId, now } = first;
    const algorithm = (metadata['id_token_signed_response_alg'] ?? 'RS256') as SigningAlgorithm;
    const bySid = metadata['backchannel_logout_session_required'] === true;
    const sids = bySid ? ended.flatMap((browser) => this.clientsOf(browser).get(id) ?? []) : [undefined];
    return sids.map((sid) => this.tokens.issue({ clientId: id, userId, sid, algorithm, now }));
  }

  private clientsOf(browser: EndedBrowserSession): ReadonlyMap<string, string> {
    return letIn(openPayload(this.envelopes, browser));
  }
}

interface Listener {
  readonly id: string;
  readonly metadata: ClientMetadata;
}

/** Four times as long after each, and a quarter more or less by chance. */
const delayMs = (attempt: number): number => firstDelayMs * 4 ** (attempt - 1) * (0.75 + Math.random() / 2);
