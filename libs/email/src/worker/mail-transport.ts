import type { SealedLetter } from './letter.js';
import type { MailOutcome } from './mail.repository.js';

/** Where letters go. */
export abstract class MailTransport {
  /**
   * Tries once, and ends well before the lease does. Sent means that somebody else has taken responsibility.
   * @throws AppError unavailable, where it needs the database.
   */
  abstract send(letter: SealedLetter): Promise<MailOutcome>;

  /** Rejects while letters cannot be handed over, as far as the last attempts tell. */
  abstract check(): Promise<void>;

  abstract close(): Promise<void>;
}
