import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { OneTimeTokens } from '@app/tokens';
import { UsersRepository } from '@app/users';
import { linkLifetime, mailKinds } from '../mail-kinds.js';
import { newDevice } from '../mails/new-device.js';
import { linkUrl } from './link-url.js';
import { originOf } from './mail-origin.js';

/** The mail about a sign-in from a new device, with the link that disowns it. */
@Injectable()
export class NewDeviceComposer implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokens,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.newDevice, { compose: (tx, mail) => this.compose(tx, mail) });
  }

  private async compose(tx: Tx, mail: MailToCompose): Promise<Letter | null> {
    const user = await this.users.findByEmail(tx, mail.reference ?? '');
    if (user?.status !== 'active' || mail.secret === null) return null;
    await this.tokens.activate(tx, mail.secret, linkLifetime.notMe);
    return newDevice({
      productName: this.runtime.productName,
      url: linkUrl(this.http, 'not-me', mail.secret),
      expiresInDays: linkLifetime.notMe / 86_400,
      ...originOf(mail),
    });
  }
}
