import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { type ListedPasskey, PasskeyCeremonies, PasskeysRepository } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { BackupCodes } from '@app/mfa';
import { deviceName } from '@app/pages';
import { type UserId, userNotFound, UsersRepository } from '@app/users';
import { type FactorChange, FactorChanges } from './factor-changes.js';
import { passkeyNotRegistered, passkeyTaken, tooManyPasskeys } from './passkey.errors.js';
import { PasskeyChallenges, type PasskeyOccasion, type PasskeyOptions } from './passkey-challenges.js';

/** Who adds a passkey. */
export interface PasskeyOwner {
  readonly userId: UserId;
  readonly sessionId: string;
}

export interface AddedPasskey {
  readonly passkey: ListedPasskey;
  /** Shown once; null where the account had some. */
  readonly backupCodes: readonly string[] | null;
}

/** More than anybody has devices; fewer than would make an options answer long. */
const mostPasskeys = 30;

/** Adds passkeys to an account. */
@Injectable()
export class PasskeyRegistration {
  constructor(
    private readonly users: UsersRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly challenges: PasskeyChallenges,
    private readonly ceremonies: PasskeyCeremonies,
    private readonly backupCodes: BackupCodes,
    private readonly changes: FactorChanges,
    private readonly transactions: Transactions,
    private readonly runtime: RuntimeConfig,
  ) {}

  async options(owner: PasskeyOwner): Promise<PasskeyOptions> {
    const user = await this.users.find(owner.userId);
    if (!user) throw userNotFound();
    const held = await this.passkeys.describe(owner.userId);
    return this.challenges.forRegistration(occasionOf(owner), user, held, this.runtime.productName);
  }

  /**
   * @param name what its owner calls it; without one, after the device
   * @throws AppError invalid `authentication.passkey_not_registered`; conflict `authentication.passkey_taken`,
   *   `authentication.too_many_passkeys`; as PasskeyChallenges.consume; unavailable `crypto.hashing_overloaded`
   */
  async register(
    change: FactorChange,
    answer: unknown,
    name: string | undefined,
    client: ClientInfo,
  ): Promise<AddedPasskey> {
    const { userId } = change;
    const registered = await this.ceremonies.register(answer);
    if (!registered) throw passkeyNotRegistered();
    const prepared = await this.backupCodes.prepareIfNone(userId);
    return this.transactions.run(async (tx) => {
      await this.challenges.consume(tx, registered.challenge, occasionOf(change));
      await this.admit(tx, userId);
      const called = name ?? deviceName(client.userAgent);
      const passkey = await this.passkeys.insert(tx, userId, called, registered.passkey);
      if (!passkey) throw passkeyTaken();
      const backupCodes = await this.backupCodes.storeIfNone(tx, userId, prepared);
      const data = { passkeyId: passkey.id, name: called };
      await this.changes.follow(tx, change, 'passkey_added', client, data);
      return { passkey, backupCodes };
    });
  }

  /** Notes the factor, which makes others wait that change this account's, and then counts. */
  private async admit(tx: Tx, userId: UserId): Promise<void> {
    await this.users.addSecondFactor(tx, userId, 'passkey');
    if ((await this.passkeys.count(tx, userId)) >= mostPasskeys) throw tooManyPasskeys(mostPasskeys);
  }
}

const occasionOf = ({ userId, sessionId }: PasskeyOwner): PasskeyOccasion => ({
  purpose: 'passkey_registration',
  reference: sessionId,
  userId,
});
