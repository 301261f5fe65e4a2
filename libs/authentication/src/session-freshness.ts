import { Injectable } from '@nestjs/common';
import { SessionConfig } from '@app/config';
import { Database } from '@app/database';
import { Freshness, type Principal } from '@app/http';
import { multiFactor } from '@app/sessions';
import { asksForSecondFactor, type SecondFactor } from '@app/users';
import { stepUpRequired } from './authentication.errors.js';

/** A session is fresh within some minutes of a sign-in at the highest level that its account offers (ASVS 7.5.3). */
@Injectable()
export class SessionFreshness implements Freshness {
  constructor(
    private readonly database: Database,
    private readonly config: SessionConfig,
  ) {}

  /** @throws AppError forbidden `authentication.step_up_required` with `methods` and `maxAge`. */
  async assert(principal: Principal): Promise<void> {
    const factors = await this.lacks(principal);
    if (factors) throw stepUpRequired(['password', ...factors], this.config.stepUpMaxAge);
  }

  /** The second factors of the account where the session is not fresh; undefined where it is. */
  async lacks({ sessionId, acr, recovery }: Principal): Promise<readonly SecondFactor[] | undefined> {
    const [row] = await this.database.run<Standing>(readStanding, [sessionId, this.config.stepUpMaxAge]);
    const factors = row?.factors ?? [];
    const highest = !asksForSecondFactor(factors) || acr === multiFactor;
    // A recovery session cannot step up. It is short, and good for nothing any more once there is a factor again.
    return (row?.recent || recovery) && highest ? undefined : factors;
  }
}

interface Standing {
  readonly factors: readonly SecondFactor[];
  readonly recent: boolean;
}

const readStanding = {
  name: 'authentication.read_standing',
  text: `SELECT u.second_factors AS factors, s.auth_time > app_now() - $2::int * interval '1 second' AS recent
         FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`,
};
