import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { shownMagicCode } from '../magic-link-code.js';
import { openedMagicLinkSecret } from '../magic-link-secret.js';
import { MagicLinksRepository } from '../magic-links.repository.js';
import { linkLifetime, mailKinds } from '../mail-kinds.js';
import { magicLink } from '../mails/magic-link.js';
import { linkUrl } from './link-url.js';
import { originOf } from './mail-origin.js';

/** The mail to sign in with. Here, and not at the request, is decided whether an account has the address. */
@Injectable()
export class MagicLinkComposer implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly links: MagicLinksRepository,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.magicLink, { compose: (tx, mail) => this.compose(tx, mail) });
  }

  private async compose(tx: Tx, mail: MailToCompose): Promise<Letter | null> {
    if (mail.secret === null || mail.reference === null) return null;
    if (!(await this.links.activate(tx, mail.reference, linkLifetime.magicLink))) return null;
    const { token, code } = openedMagicLinkSecret(mail.secret);
    return magicLink({
      productName: this.runtime.productName,
      url: linkUrl(this.http, 'magic', token),
      code: shownMagicCode(code),
      expiresInMinutes: linkLifetime.magicLink / 60,
      ...originOf(mail),
    });
  }
}
