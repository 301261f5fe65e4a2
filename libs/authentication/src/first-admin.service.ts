import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { AdminConfig, HttpConfig, RuntimeConfig } from '@app/config';
import { sha256 } from '@app/crypto';
import { type HashedPassword, Passwords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { OneTimeTokens } from '@app/tokens';
import { type EmailAddress, emailTaken, parseEmail, type UserId, UsersRepository } from '@app/users';
import { adminExists } from './authentication.errors.js';

const linkLifetime = 24 * 3600;
const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };

/** Brings the first administrator into being: from settings, or by a one-time link that the server prints. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly tokens: OneTimeTokens,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
    private readonly admin: AdminConfig,
    private readonly runtime: RuntimeConfig,
    private readonly http: HttpConfig,
  ) {}

  /**
   * Creates the administrator of GATEHOUSE_ADMIN_EMAIL, unless there is one. Beyond the embedded mode the password,
   * which others may have read, must be changed at the first sign-in.
   * @returns whether an administrator was created
   * @throws AppError invalid `users.email_invalid`, `credentials.password_*`; conflict `users.email_taken`
   */
  async createFromSettings(): Promise<boolean> {
    const { email, password } = this.admin;
    if (email === undefined || password === undefined || (await this.users.hasAdmin())) return false;
    const address = parseEmail(email);
    const hashed = await this.passwords.prepare(password, { email: address.address });
    return this.transactions.run(async (tx) => {
      // Processes that start together all get here: one of them inserts.
      await this.users.lockRoles(tx);
      if ((await this.users.countOtherAdmins(tx, null)) > 0) return false;
      await this.insert(tx, address, hashed, !this.runtime.embedded, nobody);
      return true;
    });
  }

  /** A link that creates the first administrator, once; older ones stop working. undefined where there is one. */
  async issueLink(): Promise<string | undefined> {
    if (await this.users.hasAdmin()) return undefined;
    const { token } = await this.transactions.run(async (tx) => {
      await this.tokens.revokeByReference(tx, 'first_admin', 'installation');
      return this.tokens.issue(tx, { purpose: 'first_admin', reference: 'installation', expiresIn: linkLifetime });
    });
    return `${this.http.publicUrl}/link/first-admin/${token}`;
  }

  /**
   * Creates the administrator that a link was printed for.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; conflict `authentication.admin_exists`,
   *   `users.email_taken`; invalid `users.email_invalid`, `credentials.password_*`
   */
  async create(token: string, email: string, password: string, client: ClientInfo): Promise<UserId> {
    return this.createByHash(sha256(token), email, password, client);
  }

  /** As create, where only the token's SHA-256 was kept. */
  async createByHash(hash: Buffer, email: string, password: string, client: ClientInfo): Promise<UserId> {
    await this.tokens.peekByHash(hash, 'first_admin');
    const address = parseEmail(email);
    const hashed = await this.passwords.prepare(password, { email: address.address });
    return this.transactions.run(async (tx) => {
      await this.tokens.consumeByHash(tx, hash, 'first_admin');
      await this.users.lockRoles(tx);
      if ((await this.users.countOtherAdmins(tx, null)) > 0) throw adminExists();
      return this.insert(tx, address, hashed, false, client);
    });
  }

  private async insert(
    tx: Tx,
    email: EmailAddress,
    password: HashedPassword,
    mustChange: boolean,
    client: ClientInfo,
  ): Promise<UserId> {
    const userId = await this.users.insert(tx, { email, emailVerified: true, roles: ['admin'] });
    if (userId === undefined) throw emailTaken();
    await this.passwords.set(tx, userId, password, mustChange);
    await this.audit.record(tx, { type: 'authentication.first_admin_created', userId, client });
    return userId;
  }
}
