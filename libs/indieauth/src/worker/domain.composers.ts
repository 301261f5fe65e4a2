import { Injectable, type OnModuleInit } from '@nestjs/common';
import { shownMagicCode } from '@app/authentication';
import { RuntimeConfig } from '@app/config';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { codeLifetime, mailKinds } from '../domains/domain-rules.js';
import { domainCode } from '../mails/domain-code.js';
import { domainLapsed } from '../mails/domain-lapsed.js';
import type { LapseReason } from '../persistence/indieauth-domain.entity.js';

/** Mails about domains. */
@Injectable()
export class DomainComposers implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.code, { compose: (_tx, mail) => Promise.resolve(this.code(mail)) });
    this.composers.register(mailKinds.lapsed, { compose: (_tx, mail) => Promise.resolve(this.lapsed(mail)) });
  }

  private code({ secret, data }: MailToCompose): Letter | null {
    if (secret === null) return null;
    const { productName } = this.runtime;
    const code = shownMagicCode(secret);
    return domainCode({ productName, domain: String(data['domain']), code, minutes: codeLifetime / 60 });
  }

  private lapsed({ data }: MailToCompose): Letter {
    const { productName } = this.runtime;
    return domainLapsed({ productName, me: String(data['me']), reason: data['reason'] as LapseReason });
  }
}
