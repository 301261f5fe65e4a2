import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { isRandomToken, sha256 } from '@app/crypto';
import { type HashedPassword, Passwords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { tokenExpired, tokenInvalid, tokenRevoked, tokenUsed } from '@app/tokens';
import { emailTaken, type Profile, type User, usernameTaken, UsersRepository } from '@app/users';
import { type InviteOfToken, InvitesRepository } from './invites.repository.js';
import { PendingRegistrationsRepository } from './pending-registrations.repository.js';

export interface InvitedAccount {
  readonly password: string;
  readonly username?: string | undefined;
  readonly profile?: Profile;
}

/** Opens the account that an invite is for. Its mail has proved the address. */
@Injectable()
export class InviteAcceptance {
  constructor(
    private readonly invites: InvitesRepository,
    private readonly users: UsersRepository,
    private readonly pending: PendingRegistrationsRepository,
    private readonly passwords: Passwords,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Creates the user with the roles of the invite, and signs nobody in.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`, `tokens.revoked`; conflict `users.username_taken`,
   *   `users.email_taken`; invalid `credentials.password_*`
   */
  async accept(token: string, account: InvitedAccount, client: ClientInfo): Promise<User> {
    if (!isRandomToken(token)) throw tokenInvalid();
    return this.acceptByHash(sha256(token), account, client);
  }

  /** As accept, where only the token's SHA-256 was kept. */
  async acceptByHash(hash: Buffer, account: InvitedAccount, client: ClientInfo): Promise<User> {
    const invite = await this.peekByHash(hash);
    const { username } = account;
    if (username !== undefined && (await this.users.isUsernameTaken(username))) throw usernameTaken();
    const password = await this.passwords.prepare(account.password, { email: invite.email, username });
    return this.transactions.run(async (tx) => {
      if (!(await this.invites.consume(tx, hash))) throw refusalOf(await this.invites.findByToken(hash, tx));
      return this.open(tx, hash, invite, account, password, client);
    });
  }

  /**
   * The invite of a link that works.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`, `tokens.revoked`
   */
  async peekByHash(hash: Buffer): Promise<InviteOfToken> {
    const invite = await this.invites.findByToken(hash);
    if (invite?.state !== 'pending') throw refusalOf(invite);
    return invite;
  }

  private async open(
    tx: Tx,
    hash: Buffer,
    invite: InviteOfToken,
    { username, profile = {} }: InvitedAccount,
    password: HashedPassword,
    client: ClientInfo,
  ): Promise<User> {
    const { id, email: address, emailKey: key, roles } = invite;
    const userId = await this.users.insert(tx, {
      email: { address, key },
      emailVerified: true,
      username,
      profile,
      roles,
    });
    if (userId === undefined) throw (await this.users.findByEmail(tx, key)) ? emailTaken() : usernameTaken();
    await this.passwords.set(tx, userId, password);
    await this.invites.acceptedBy(tx, hash, userId);
    await this.pending.deleteByEmail(tx, key);
    const data = { invite: id, roles: [...roles] };
    await this.audit.record(tx, { type: 'authentication.invite_accepted', userId, actorId: userId, client, data });
    const user = await this.users.find(userId, tx);
    if (!user) throw new Error('the invited user was not created');
    return user;
  }
}

function refusalOf(invite: InviteOfToken | undefined): Error {
  if (invite?.state === 'accepted') return tokenUsed();
  if (invite?.state === 'expired') return tokenExpired();
  if (invite?.state === 'revoked') return tokenRevoked();
  return tokenInvalid();
}
