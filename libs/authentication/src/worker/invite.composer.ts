import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import { sha256 } from '@app/crypto';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { InvitesRepository } from '../invites.repository.js';
import { linkLifetime, mailKinds } from '../mail-kinds.js';
import { invite } from '../mails/invite.js';
import { linkUrl } from './link-url.js';

const day = 24 * 3600;

/** The mail that invites. Its link begins to live here. */
@Injectable()
export class InviteComposer implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly invites: InvitesRepository,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.invite, { compose: (tx, mail) => this.compose(tx, mail) });
  }

  private async compose(tx: Tx, { secret }: MailToCompose): Promise<Letter | null> {
    if (secret === null) return null;
    const invited = await this.invites.activate(tx, sha256(secret), linkLifetime.invite);
    if (!invited) return null;
    return invite({
      productName: this.runtime.productName,
      url: linkUrl(this.http, 'invite', secret),
      inviter: invited.inviter,
      expiresInDays: linkLifetime.invite / day,
    });
  }
}
