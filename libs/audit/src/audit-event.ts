/** Who asked, as far as the transport tells. */
export interface ClientInfo {
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  /** SHA-256 of the secrets by which the caller's device may be known; never recorded. */
  readonly devices?: readonly Buffer[];
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One security event: what happened, to whom, by whom, from where. Never holds a secret. */
export interface AuditEvent {
  /** Stable, reads `<area>.<what_happened>`: `authentication.login_succeeded`. */
  readonly type: string;
  /** The account it happened to. */
  readonly userId?: string | null;
  /** The account that did it, where that is another one or known at all. */
  readonly actorId?: string | null;
  readonly sessionId?: string | null;
  readonly client: ClientInfo;
  readonly data?: Readonly<Record<string, JsonValue>>;
}
