import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { OneTimeTokens } from '@app/tokens';
import { UsersRepository } from '@app/users';
import { linkLifetime, mailKinds } from '../mail-kinds.js';
import { emailChanged } from '../mails/email-changed.js';
import type { EventOrigin } from '../mails/event-facts.js';
import { maskedEmail } from '../mails/masked-email.js';
import { passwordChanged } from '../mails/password-changed.js';
import { passwordReset } from '../mails/password-reset.js';
import { isSecurityAlertCause, securityAlert, type SecurityAlertCause } from '../mails/security-alert.js';
import { linkUrl } from './link-url.js';

/** Mails about an account: the link to a new password, and what its owner must know. */
@Injectable()
export class AccountComposers implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokens,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    const { productName } = this.runtime;
    this.composers.register(mailKinds.passwordReset, { compose: (tx, mail) => this.passwordReset(tx, mail) });
    this.composers.register(mailKinds.passwordChanged, {
      compose: (_, mail) => Promise.resolve(passwordChanged({ productName, ...originOf(mail) })),
    });
    this.composers.register(mailKinds.emailChanged, {
      compose: (_, mail) => {
        const newEmailMasked = maskedEmail(String(mail.data['newEmail']));
        return Promise.resolve(emailChanged({ productName, newEmailMasked, ...originOf(mail) }));
      },
    });
    this.composers.register(mailKinds.securityAlert, {
      topic: ({ what }) => String(what),
      compose: (_, mail) =>
        Promise.resolve(securityAlert({ productName, what: causeOf(mail), facts: mail.data, ...originOf(mail) })),
    });
  }

  /** Only where an active account has the address: its token begins to work here, bound to that account. */
  private async passwordReset(tx: Tx, mail: MailToCompose): Promise<Letter | null> {
    const user = await this.users.findByEmail(tx, mail.reference ?? '');
    if (user?.status !== 'active' || mail.secret === null) return null;
    await this.tokens.activate(tx, mail.secret, linkLifetime.passwordReset, user.id);
    return passwordReset({
      productName: this.runtime.productName,
      url: linkUrl(this.http, 'reset-password', mail.secret),
      expiresInMinutes: linkLifetime.passwordReset / 60,
      byAdministrator: mail.data['byAdministrator'] === true,
      ...originOf(mail),
    });
  }
}

function causeOf({ data: { what } }: MailToCompose): SecurityAlertCause {
  if (!isSecurityAlertCause(what)) throw new Error(`no security alert has the cause ${String(what)}`);
  return what;
}

function originOf({ data, firstAttemptAt }: MailToCompose): EventOrigin {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { at: firstAttemptAt, client: { address: text(data['address']), userAgent: text(data['userAgent']) } };
}
