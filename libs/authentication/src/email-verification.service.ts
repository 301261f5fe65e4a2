import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { sha256 } from '@app/crypto';
import { Transactions } from '@app/database';
import { OneTimeTokens, type TokenPurpose } from '@app/tokens';
import type { UserId } from '@app/users';
import { EmailChange } from './email-change.service.js';
import { Registration } from './registration.service.js';

export const verificationPurposes: readonly TokenPurpose[] = ['email_verification', 'email_change'];

/** Proves a mailbox by the token that was mailed to it: it completes a registration or a change of address. */
@Injectable()
export class EmailVerification {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly registration: Registration,
    private readonly emailChange: EmailChange,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; conflict `users.email_taken` */
  async verify(token: string, client: ClientInfo): Promise<UserId> {
    return this.verifyByHash(sha256(token), client);
  }

  /** As verify, where only the token's SHA-256 was kept. */
  async verifyByHash(hash: Buffer, client: ClientInfo): Promise<UserId> {
    return this.transactions.run(async (tx) => {
      const record = await this.tokens.consumeByHash(tx, hash, ...verificationPurposes);
      if (record.purpose === 'email_change') return this.emailChange.complete(tx, record, client);
      const userId = await this.registration.complete(tx, record.reference, client);
      await this.audit.record(tx, { type: 'authentication.email_verified', userId, actorId: userId, client });
      return userId;
    });
  }
}
