import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpConfig, RuntimeConfig } from '@app/config';
import type { Tx } from '@app/database';
import { type Letter, MailComposers, type MailToCompose } from '@app/email/worker';
import { OneTimeTokens } from '@app/tokens';
import { UsersRepository } from '@app/users';
import { FactorResetsRepository } from '../factor-resets.repository.js';
import { mailKinds } from '../mail-kinds.js';
import { factorReset } from '../mails/factor-reset.js';
import { maskedEmail } from '../mails/masked-email.js';
import { linkUrl } from './link-url.js';

/** Tells an owner that their second factors are to be reset. The link works from here, to stop it or to finish it. */
@Injectable()
export class FactorResetComposer implements OnModuleInit {
  constructor(
    private readonly composers: MailComposers,
    private readonly resets: FactorResetsRepository,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokens,
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    this.composers.register(mailKinds.factorReset, { compose: (tx, mail) => this.compose(tx, mail) });
  }

  private async compose(tx: Tx, { reference, secret }: MailToCompose): Promise<Letter | null> {
    const reset = reference === null ? undefined : await this.resets.find(reference, tx);
    if ((reset?.state !== 'pending' && reset?.state !== 'ready') || secret === null) return null;
    await this.tokens.activate(tx, secret, reset.secondsLeft);
    const { productName } = this.runtime;
    const { requestedAt, takesEffectAt, expiresAt } = reset;
    return factorReset({
      productName,
      url: linkUrl(this.http, 'recover', secret),
      requestedBy: nameOf(await this.users.find(reset.requestedBy, tx)),
      requestedAt,
      takesEffectAt,
      expiresAt,
    });
  }
}

function nameOf(admin: Awaited<ReturnType<UsersRepository['find']>>): string {
  return admin?.name ?? admin?.username ?? (admin?.email ? maskedEmail(admin.email) : 'An administrator');
}
