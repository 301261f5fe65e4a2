import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { OneTimeTokens } from '@app/tokens';
import { type User, UsersRepository } from '@app/users';
import { linkLifetime, mailKinds } from '../mail-kinds.js';
import { accountExists } from '../mails/account-exists.js';
import { emailChangeConfirm } from '../mails/email-change-confirm.js';
import { verification } from '../mails/verification.js';
import { PendingRegistrationsRepository } from '../pending-registrations.repository.js';
import { linkUrl } from './link-url.js';

/** Mails that prove an address. Here, and not at the request, is decided whether an account has it already. */
@Injectable()
export class RegistrationComposers implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly pending: PendingRegistrationsRepository,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokens,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.registration, { compose: (tx, mail) => this.registration(tx, mail) });
    this.composers.register(mailKinds.emailChange, { compose: (tx, mail) => this.emailChange(tx, mail) });
  }

  private async registration(tx: Tx, mail: MailToCompose): Promise<Letter | null> {
    const pending = await this.pending.find(mail.reference ?? '', tx);
    if (!pending || mail.secret === null) return null;
    const owner = await this.users.findByEmail(tx, pending.emailKey);
    if (owner) return this.accountExists(tx, owner);
    await this.tokens.activate(tx, mail.secret, linkLifetime.verification);
    const { productName } = this.runtime;
    const url = linkUrl(this.http, 'verify-email', mail.secret);
    return verification({ productName, url, expiresInHours: linkLifetime.verification / 3600 });
  }

  /** The owner's way back in, for who forgot that they have an account. */
  private async accountExists(tx: Tx, owner: User): Promise<Letter | null> {
    if (owner.status !== 'active' || owner.emailKey === null) return null;
    const { token } = await this.tokens.issue(tx, {
      purpose: 'password_reset',
      reference: owner.emailKey,
      userId: owner.id,
      expiresIn: linkLifetime.passwordReset,
    });
    const { productName } = this.runtime;
    return accountExists({ productName, resetUrl: linkUrl(this.http, 'reset-password', token) });
  }

  private async emailChange(tx: Tx, mail: MailToCompose): Promise<Letter | null> {
    if (mail.secret === null) return null;
    await this.tokens.activate(tx, mail.secret, linkLifetime.emailChange);
    const { productName } = this.runtime;
    const url = linkUrl(this.http, 'confirm-email', mail.secret);
    return emailChangeConfirm({ productName, url, expiresInHours: linkLifetime.emailChange / 3600 });
  }
}
