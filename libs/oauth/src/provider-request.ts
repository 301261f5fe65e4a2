import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import type { ClientInfo } from '@app/audit';
import { Authenticator, type Principal } from '@app/http';
import type { UserClaims } from '@app/users';
import type { StoredArtifact } from './artifacts.repository.js';
import type { TokenIssue } from './token-issue.js';

/** What a provider's code has to know of the request it serves, beyond what the protocol says. */
export interface ProviderRequest {
  readonly client: ClientInfo;
  /** Whether it is a page that a browser opens: it carries cookies, and what they say decides. */
  readonly browser: boolean;
  /** The model of which something was presented that was used before. */
  reused?: string;
  /** Seconds that are left of the session that what was presented ends with. */
  sessionLeft?: number;
  /** Seconds since the first token of the family of the refresh token that was presented, by the database's clock. */
  familyAge?: number;
  /** Grants that came along with what was presented, by their ids. */
  readonly grants: Map<string, Record<string, unknown>>;
  /** `sub`s of accounts that were found active with what was presented. */
  readonly activeAccounts: Set<string>;
  /** What may be told of accounts, where it was read along with what was presented, by their `sub`s. */
  readonly accounts: Map<string, UserClaims>;
  /** Clients that were read along with something else, by their ids. */
  readonly clients: Map<string, AdapterPayload>;
  /** What a token request will write once its answer is made; undefined elsewhere. */
  issue?: TokenIssue;
  /** A token that is to be introspected or revoked, whatever it is. */
  tokens?: Promise<StoredArtifact[]>;
  /** Who is signed in to this browser; asked for once. A session that may only repair factors is nobody here. */
  principal(): Promise<Principal | null>;
}

/** Requests that a provider is serving, found again by what Node made of them. */
@Injectable()
export class ProviderRequests {
  private readonly served = new WeakMap<IncomingMessage, ProviderRequest>();

  constructor(private readonly authenticator: Authenticator) {}

  /** @param sessionCookie undefined: there is none; null: no browser asks */
  begin(message: IncomingMessage, client: ClientInfo, sessionCookie: string | undefined | null): void {
    let asked: Promise<Principal | null> | undefined;
    const ask = async (): Promise<Principal | null> => {
      if (sessionCookie == null) return null;
      const principal = await this.authenticator.authenticate({ cookie: sessionCookie });
      return principal?.recovery ? null : principal;
    };
    this.served.set(message, {
      client,
      browser: sessionCookie !== null,
      grants: new Map(),
      activeAccounts: new Set(),
      accounts: new Map(),
      clients: new Map(),
      principal: () => (asked ??= ask()),
    });
  }

  /** undefined outside a request, such as in a background task. */
  of(message: IncomingMessage | undefined): ProviderRequest | undefined {
    return message && this.served.get(message);
  }
}
