/** Why a guarded fetch came to nothing. */
export type FetchFault =
  /** No http or https address without user info, or of a host that may not be reached. */
  | 'address_refused'
  | 'unreachable'
  | 'timeout'
  /** It leads to another host, or leads on for too long. */
  | 'redirect_refused'
  | 'too_large'
  | 'content_type';

/** A fetch that was refused or failed. Its message names no address that it found out. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';

  constructor(
    readonly fault: FetchFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
