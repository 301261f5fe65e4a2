/** Who is calling, as the session row says on this request. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly carrier: 'cookie' | 'bearer';
  readonly roles: string[];
  readonly amr: string[];
  readonly acr: string;
  readonly authTime: Date;
  /** Whether the session may only repair the account's factors. */
  readonly recovery: boolean;
}

/** What a request carries. Never both: an Authorization header wins over a cookie. */
export interface Credentials {
  readonly bearer?: string;
  readonly cookie?: string;
}

/** Port, bound by the lib that owns sessions: the one answer to "is this person signed in". */
export abstract class Authenticator {
  /** null: nobody. Throws only where the answer cannot be had. */
  abstract authenticate(credentials: Credentials): Promise<Principal | null>;
}

/** Port, bound by the lib that knows the levels of accounts. */
export abstract class Freshness {
  /** @throws AppError forbidden where the caller has to authenticate again, saying how. */
  abstract assert(principal: Principal): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; null on open routes and before it ran. */
    principal: Principal | null;
  }
}
