import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { randomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { emailTaken, parseEmail, type UserId, UsersRepository } from '@app/users';
import { inviteClosed, inviteNotFound, inviteOpen } from './invites.errors.js';
import { InvitesRepository, type ListedInvite } from './invites.repository.js';
import { mailKinds } from './mail-kinds.js';

export interface InviteRequest {
  readonly email: string;
  /** For administrators only. */
  readonly note: string | null;
  readonly roles: readonly string[];
}

/** Invitations to open an account, as administrators give them. */
@Injectable()
export class Invites {
  constructor(
    private readonly invites: InvitesRepository,
    private readonly users: UsersRepository,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Invites an address by mail.
   * @throws AppError invalid `users.email_invalid`; conflict `users.email_taken`, `authentication.invite_open`
   */
  async create(request: InviteRequest, actorId: UserId, client: ClientInfo): Promise<ListedInvite> {
    const email = parseEmail(request.email);
    const { note, roles } = request;
    const [id, token] = [randomUUID(), randomToken()];
    return this.transactions.run(async (tx) => {
      await this.invites.lockAddress(tx, email.key);
      await this.assertNoAccount(tx, email.key);
      const invite = { id, email, note, roles, createdBy: actorId, tokenHash: sha256(token) };
      if (!(await this.invites.insert(tx, invite))) throw inviteOpen();
      await this.send(tx, id, email.address, token);
      await this.audit.record(tx, {
        type: 'authentication.invite_created',
        actorId,
        client,
        data: { invite: id, roles: [...roles] },
      });
      return this.require(tx, id);
    });
  }

  /**
   * Mails an invite again, with a new link. The old one dies.
   * @throws AppError not_found `authentication.invite_not_found`; conflict `authentication.invite_closed`,
   *   `authentication.invite_open` (another one, made since this one expired), `users.email_taken`
   */
  async resend(id: string, actorId: UserId, client: ClientInfo): Promise<ListedInvite> {
    const token = randomToken();
    return this.transactions.run(async (tx) => {
      const { email } = await this.require(tx, id);
      const { key } = parseEmail(email);
      await this.invites.lockAddress(tx, key);
      if (!(await this.invites.renew(tx, id, sha256(token)))) throw await this.unsendable(tx, id);
      await this.assertNoAccount(tx, key);
      await this.send(tx, id, email, token);
      await this.audit.record(tx, { type: 'authentication.invite_resent', actorId, client, data: { invite: id } });
      return this.require(tx, id);
    });
  }

  /**
   * Makes its link worth nothing. Doing it twice changes nothing.
   * @throws AppError not_found `authentication.invite_not_found`; conflict `authentication.invite_closed`
   */
  async revoke(id: string, actorId: UserId, client: ClientInfo): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.invites.revoke(tx, id))) {
        if ((await this.require(tx, id)).state === 'revoked') return;
        throw inviteClosed();
      }
      await this.audit.record(tx, { type: 'authentication.invite_revoked', actorId, client, data: { invite: id } });
    });
  }

  private async send(tx: Tx, id: string, recipient: string, token: string): Promise<void> {
    await this.mail.enqueue(tx, { kind: mailKinds.invite, recipient, reference: id, secret: token });
  }

  private async unsendable(tx: Tx, id: string): Promise<Error> {
    const { state } = await this.require(tx, id);
    return state === 'accepted' || state === 'revoked' ? inviteClosed() : inviteOpen();
  }

  private async assertNoAccount(tx: Tx, emailKey: string): Promise<void> {
    if (await this.users.findByEmail(tx, emailKey)) throw emailTaken();
  }

  private async require(tx: Tx, id: string): Promise<ListedInvite> {
    const invite = await this.invites.find(id, tx);
    if (!invite) throw inviteNotFound();
    return invite;
  }
}
