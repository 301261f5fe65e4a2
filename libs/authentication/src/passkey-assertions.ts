import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import {
  type PasskeyAccount,
  PasskeyCeremonies,
  PasskeysRepository,
  readAssertion,
  type SignedFlags,
} from '@app/credentials';
import type { Tx } from '@app/database';
import type { UserId } from '@app/users';
import { PasskeyChallenges, type PasskeyOccasion, userHandle } from './passkey-challenges.js';
import { SecurityNotices } from './security-notices.js';

/** A signature that is right. Nothing is used up yet. */
export interface ProvenPasskey extends SignedFlags {
  readonly account: PasskeyAccount;
  readonly challenge: string;
}

/** `userId` is whose passkey it claims to be, where that is known: for the audit log, not for the caller. */
export interface UnprovenPasskey {
  readonly account: undefined;
  readonly reason: string;
  readonly userId: UserId | null;
}

/** Judges what an authenticator signed, and uses it up. */
@Injectable()
export class PasskeyAssertions {
  constructor(
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: PasskeyCeremonies,
    private readonly challenges: PasskeyChallenges,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Looks the passkey up and checks the signature. Changes nothing.
   * @param named whether the account was named before; else the answer has to say whose it is (WebAuthn 7.2 step 6)
   */
  async check(answer: unknown, named: boolean): Promise<ProvenPasskey | UnprovenPasskey> {
    const assertion = readAssertion(answer);
    if (!assertion) return unproven('malformed', null);
    const account = await this.passkeys.findByCredential(assertion.credentialId);
    if (!account) return unproven('passkey_unknown', null);
    const handle = assertion.response.response.userHandle;
    if (handle === undefined ? !named : handle !== userHandle(account.userId))
      return unproven('foreign', account.userId);
    const signed = await this.ceremonies.verify(assertion, account.publicKey);
    if (!signed) return unproven('signature_wrong', account.userId);
    if (account.suspended) return unproven('passkey_suspended', account.userId);
    return { ...signed, account, challenge: assertion.challenge };
  }

  /**
   * Uses up the challenge and moves the counter on. A counter that does not rise means that there is a copy of the
   * passkey: it is shut and its owner told, for which this transaction has to be committed.
   * @returns false where the passkey may not be used
   * @throws AppError as PasskeyChallenges.consume
   */
  async use(tx: Tx, proven: ProvenPasskey, occasion: PasskeyOccasion, client: ClientInfo): Promise<boolean> {
    const { account, challenge, signCount, backedUp } = proven;
    await this.challenges.consume(tx, challenge, occasion);
    if (await this.passkeys.use(tx, account.id, signCount, backedUp)) return true;
    if (await this.passkeys.suspend(tx, account.id, signCount)) {
      const data = { passkeyId: account.id, name: account.name };
      await this.notices.tell(tx, account.userId, 'passkey_cloned', client, { actorId: null, data });
    }
    return false;
  }
}

const unproven = (reason: string, userId: UserId | null): UnprovenPasskey => ({ account: undefined, reason, userId });
