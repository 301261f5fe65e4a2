import { Injectable } from '@nestjs/common';
import { Audit } from '@app/audit';
import { Passwords } from '@app/credentials';
import { isAccessEnded, singleFactor } from '@app/sessions';
import type { UserId } from '@app/users';
import { currentPasswordWrong } from './authentication.errors.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { stepUpProofMissing } from './passkey.errors.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** What somebody proves themselves by: one of the two. */
export interface StepUpProof {
  readonly password?: string | undefined;
  readonly response?: Readonly<Record<string, unknown>> | undefined;
}

type StepUpContext = SignInContext & { readonly replaces: string };

/** Authenticates somebody signed in again, at their account's highest level; the new session replaces theirs. */
@Injectable()
export class StepUp {
  constructor(
    private readonly passwords: Passwords,
    private readonly passkeys: PasskeySignIn,
    private readonly completion: SignInCompletion,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws AppError invalid `authentication.step_up_proof_missing`; as byPassword and PasskeySignIn.stepUp
   */
  async prove(userId: UserId, { password, response }: StepUpProof, context: StepUpContext): Promise<SignInResult> {
    if (password !== undefined && response === undefined) return this.byPassword(userId, password, context);
    if (response !== undefined && password === undefined) return this.passkeys.stepUp(response, userId, context);
    throw stepUpProofMissing();
  }

  /**
   * By password, and by a second factor where the account holds one (the result is its challenge).
   * @throws AppError forbidden `authentication.current_password_wrong`
   */
  async byPassword(userId: UserId, password: string, context: StepUpContext): Promise<SignInResult> {
    const check = await this.passwords.verifyOwn(userId, password);
    if (!check.proven) throw await this.refused(userId, 'credentials_wrong', context);
    const { mustChange, secondFactors, accessValidFrom } = check.account;
    const account = { userId, secondFactors, mustChange, accessValidFrom };
    try {
      return await this.completion.complete(
        { ...account, factor: 'password', amr: ['pwd'], acr: singleFactor },
        context,
      );
    } catch (error) {
      throw isAccessEnded(error) ? await this.refused(userId, 'access_ended', context) : error;
    }
  }

  private async refused(userId: UserId, reason: string, { client }: StepUpContext): Promise<Error> {
    const data = { factor: 'password', reason };
    await this.audit.recordAttempt({ type: 'authentication.step_up_failed', userId, client, data });
    return currentPasswordWrong('password');
  }
}
