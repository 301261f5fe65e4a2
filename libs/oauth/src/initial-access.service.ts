import { Injectable } from '@nestjs/common';
import { Audit } from '@app/audit';
import { OauthConfig } from '@app/config';
import { Transactions } from '@app/database';
import type { Administrator } from './client-administration.service.js';
import { registrationOff } from './oauth.errors.js';
import { OpenidProvider } from './openid-provider.js';

/** Lets a program register itself as a client, once (RFC 7591 section 3). */
@Injectable()
export class InitialAccess {
  constructor(
    private readonly openid: OpenidProvider,
    private readonly config: OauthConfig,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Makes an initial access token.
   * @param lifetime seconds
   * @throws AppError conflict `oauth.registration_off`
   */
  async grant(lifetime: number, { userId, client }: Administrator): Promise<string> {
    if (!this.config.dynamicRegistration) throw registrationOff();
    const { InitialAccessToken } = this.openid.current();
    const token = await new InitialAccessToken({ expiresIn: lifetime }).save();
    // Nobody learns of a token that is not on record.
    const record = { type: 'oauth.initial_access_granted', actorId: userId, client, data: { lifetime } };
    await this.transactions.run((tx) => this.audit.record(tx, record));
    return token;
  }
}
