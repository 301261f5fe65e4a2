import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { PasskeysRepository, type PasswordAccount, PasswordsRepository } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { KnownDevicesRepository, SessionsRepository } from '@app/sessions';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { emailKey, type UserId } from '@app/users';
import { ChallengesRepository } from './challenges.repository.js';
import { MagicLinksRepository } from './magic-links.repository.js';
import { PasswordReset } from './password-reset.service.js';
import { SecurityNotices } from './security-notices.js';

/** What was done, for the page that says so. */
export interface Disowned {
  /** Whether a link to a new password is on its way. */
  readonly resetMailed: boolean;
}

/** "This wasn't me": takes an account back from whoever signed in to it. */
@Injectable()
export class Disown {
  constructor(
    private readonly accounts: PasswordsRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly sessions: SessionsRepository,
    private readonly devices: KnownDevicesRepository,
    private readonly challenges: ChallengesRepository,
    private readonly magicLinks: MagicLinksRepository,
    private readonly tokens: OneTimeTokens,
    private readonly passwordReset: PasswordReset,
    private readonly notices: SecurityNotices,
    private readonly transactions: Transactions,
  ) {}

  /**
   * The account that a link is for.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async accountByHash(hash: Buffer): Promise<PasswordAccount> {
    const { userId } = await this.tokens.peekByHash(hash, 'not_me');
    return this.account(userId);
  }

  /**
   * Ends every session, forgets every device, voids whatever a sign-in was begun with, and makes the password worthless
   * until it is reset by e-mail; all or nothing. Passkeys that came with that sign-in or after it open nothing any more;
   * but no second factor is taken off, or this mail would be a way around it (ASVS 6.4.3).
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async byHash(hash: Buffer, client: ClientInfo): Promise<Disowned> {
    const { userId } = await this.accountByHash(hash);
    return this.transactions.run(async (tx) => {
      // Before all else: it locks the account, as sign-ins do. Whoever was first is ended; whoever comes now is too late.
      await this.sessions.endAll(tx, userId, 'disowned');
      const token = await this.tokens.consumeByHash(tx, hash, 'not_me');
      const account = await this.account(token.userId, tx);
      const passkeysShut = await this.shut(tx, account, token.createdAt);
      // A link goes to nobody but who got the first mail: the address may have been changed since, and not by the owner.
      const resetMailed = account.hash !== null && emailKey(account.email) === token.reference;
      if (resetMailed)
        await this.passwordReset.requestWithin(tx, { address: account.email, key: token.reference }, client);
      await this.notices.tell(tx, account.userId, 'disowned', client, { data: { resetMailed, passkeysShut } });
      return { resetMailed };
    });
  }

  /** @returns how many passkeys it shut */
  private async shut(tx: Tx, { userId, email }: PasswordAccount, signedInAt: Date): Promise<number> {
    const key = emailKey(email) ?? null;
    await this.magicLinks.void(tx, userId, key);
    const passkeysShut = await this.passkeys.suspendSince(tx, userId, signedInAt);
    await this.devices.forgetAll(tx, userId);
    await this.accounts.disable(tx, userId);
    await this.challenges.endAll(tx, userId);
    const owner = { userId, emailKey: key };
    await this.tokens.revoke(tx, owner, 'not_me', 'password_reset', 'password_change_required', 'email_change');
    return passkeysShut;
  }

  private async account(userId: string | null, tx?: Tx): Promise<PasswordAccount> {
    const account = userId === null ? undefined : await this.accounts.findByUserId(userId as UserId, tx);
    if (account?.status !== 'active') throw tokenInvalid();
    return account;
  }
}
