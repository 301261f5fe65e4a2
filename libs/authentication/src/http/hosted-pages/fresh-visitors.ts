import { Injectable } from '@nestjs/common';
import { SessionConfig } from '@app/config';
import type { Principal } from '@app/http';
import { multiFactor } from '@app/sessions';
import { asksForSecondFactor, type UserId } from '@app/users';
import { SessionFreshness } from '../../session-freshness.js';

/** Somebody who may change their factors now, or where they have to go to prove that they may. */
export type FreshVisitor =
  | { readonly owner: { readonly userId: UserId; readonly sessionId: string }; readonly owed?: undefined }
  | { readonly owner?: undefined; readonly owed: string };

/** What `@Fresh()` is to the API, for pages: who is not fresh is led to a sign-in, and back. */
@Injectable()
export class FreshVisitors {
  constructor(
    private readonly freshness: SessionFreshness,
    private readonly config: SessionConfig,
  ) {}

  /** @param returnTo the path that a sign-in leads back to */
  async judge(principal: Principal | null, returnTo: string): Promise<FreshVisitor> {
    const here = `/sign-in?return_to=${encodeURIComponent(returnTo)}`;
    if (principal?.carrier !== 'cookie') return { owed: here };
    const factors = await this.freshness.lacks(principal);
    if (!factors) return { owner: { userId: principal.userId as UserId, sessionId: principal.sessionId } };
    const level = asksForSecondFactor(factors) ? `&acr=${multiFactor}` : '';
    return { owed: `${here}&max_age=${this.config.stepUpMaxAge}${level}` };
  }
}
