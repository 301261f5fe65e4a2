import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Passwords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { parseEmail, type Profile, type UserId, UsersRepository, usernameTaken } from '@app/users';
import { mailKinds } from './mail-kinds.js';
import { PendingRegistrationsRepository } from './pending-registrations.repository.js';
import type { PendingRegistration } from './persistence/pending-registration.entity.js';

export interface RegistrationRequest {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly profile: Profile;
}

/**
 * Registers in two steps. Asking writes a pending row, the same for known and unknown addresses; the worker decides
 * which mail goes out. Proving the mailbox makes the user, with the password of the very attempt that was proved.
 */
@Injectable()
export class Registration {
  constructor(
    private readonly pending: PendingRegistrationsRepository,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly tokens: OneTimeTokens,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * @throws AppError invalid `users.email_invalid`, `credentials.password_*`; conflict `users.username_taken`
   */
  async request(request: RegistrationRequest, client: ClientInfo): Promise<void> {
    const { username, profile } = request;
    const email = parseEmail(request.email);
    if (username !== undefined && (await this.users.isUsernameTaken(username))) throw usernameTaken();
    const { hash } = await this.passwords.prepare(request.password, { email: email.address, username });
    await this.transactions.run(async (tx) => {
      const reference = await this.pending.insert(tx, { email, username, profile, passwordHash: hash });
      const { token } = await this.tokens.issue(tx, { purpose: 'email_verification', reference });
      await this.mail.enqueue(tx, {
        kind: mailKinds.registration,
        recipient: email.address,
        reference,
        secret: token,
      });
      await this.audit.record(tx, { type: 'authentication.registration_requested', client, data: { reference } });
    });
  }

  /**
   * Makes the user of a pending registration whose token was just consumed in this transaction.
   * Where the user name was taken meanwhile the account begins without one.
   * @throws AppError invalid `tokens.invalid` where another attempt of the address was proved first
   */
  async complete(tx: Tx, reference: string, client: ClientInfo): Promise<UserId> {
    const pending = await this.pending.find(reference, tx);
    if (!pending) throw tokenInvalid();
    const userId = await this.insertUser(tx, pending);
    await this.passwords.set(tx, userId, { hash: pending.passwordHash });
    await this.pending.deleteByEmail(tx, pending.emailKey);
    await this.audit.record(tx, { type: 'authentication.registered', userId, actorId: userId, client });
    return userId;
  }

  private async insertUser(tx: Tx, pending: PendingRegistration): Promise<UserId> {
    const user = {
      email: { address: pending.email, key: pending.emailKey },
      emailVerified: true,
      profile: pending.profile,
    };
    const userId =
      (await this.users.insert(tx, { ...user, username: pending.username ?? undefined })) ??
      (await this.users.insert(tx, user));
    if (userId === undefined) throw tokenInvalid();
    return userId;
  }
}
