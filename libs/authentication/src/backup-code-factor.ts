import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import type { Tx } from '@app/database';
import { BackupCodes, type ProvenBackupCode } from '@app/mfa';
import type { UserId } from '@app/users';
import { type FactorAnswer, type ProvenFactor, type SecondFactorCheck, SecondFactors } from './second-factors.js';
import { SecurityNotices } from './security-notices.js';

/**
 * A backup code as a second factor. RFC 8176 has no value for look-up secrets; `otp`, a one-time password, is what they
 * are to whoever relies on the session. The audit log tells the two apart.
 */
@Injectable()
export class BackupCodeFactor implements SecondFactorCheck {
  readonly method = 'backup_code';
  readonly guessable = true;

  constructor(
    private readonly codes: BackupCodes,
    private readonly notices: SecurityNotices,
    factors: SecondFactors,
  ) {
    factors.register(this);
  }

  async check(userId: UserId, { code }: FactorAnswer): Promise<ProvenFactor | undefined> {
    const proven = code === undefined ? undefined : await this.codes.check(userId, code);
    return proven && { amr: ['otp'], consume: (tx, client) => this.consume(tx, userId, proven, client) };
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await this.codes.removeAll(tx, userId);
  }

  /** Uses it up and tells its owner, with how many are left. */
  private async consume(tx: Tx, userId: UserId, proven: ProvenBackupCode, client: ClientInfo): Promise<boolean> {
    const remaining = await proven.consume(tx);
    if (remaining === undefined) return false;
    await this.notices.tell(tx, userId, 'backup_code_used', client, { data: { remaining } });
    return true;
  }
}
