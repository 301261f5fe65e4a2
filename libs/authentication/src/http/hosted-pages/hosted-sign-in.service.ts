import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { sha256 } from '@app/crypto';
import type { Principal } from '@app/http';
import { EndSession, type SignedIn } from '@app/sessions';
import type { SecondFactor, UserId } from '@app/users';
import { challengeInvalid, flowExpired } from '../../authentication.errors.js';
import { PasswordChange } from '../../password-change.service.js';
import { PasskeySignIn } from '../../passkey-sign-in.service.js';
import type { FlowStep } from '../../persistence/hosted-flow.entity.js';
import type { FactorAnswer } from '../../second-factors.js';
import { SecondFactorVerification } from '../../second-factor-verification.js';
import type { SignInResult } from '../../sign-in-completion.js';
import { ageLimit, reaches, type SignInFlow, SignInFlows } from '../../sign-in-flows.js';
import { SignIn } from '../../sign-in.service.js';

/** Who stands before the page. */
export interface Visitor {
  readonly client: ClientInfo;
  /** Who is signed in to this browser already. */
  readonly principal: Principal | null;
}

/** Where a step leads, and the session where it was the last one. */
export interface Progress {
  readonly next: string;
  readonly session?: SignedIn;
}

const landing = '/signed-in';

/** A sign-in as one journey through pages: each step is a use case of its own, and the flow knows which comes next. */
@Injectable()
export class HostedSignIn {
  constructor(
    private readonly flows: SignInFlows,
    private readonly signIn: SignIn,
    private readonly passkeySignIn: PasskeySignIn,
    private readonly verification: SecondFactorVerification,
    private readonly passwordChange: PasswordChange,
    private readonly endSession: EndSession,
  ) {}

  /** Where the flow ends. */
  endOf(flow: SignInFlow): string {
    return flow.returnTo ?? landing;
  }

  /** Ends the flow at once where who stands before it is signed in as it asks for. @returns where it leads then. */
  async endWithout(flow: SignInFlow, principal: Principal | null): Promise<string | undefined> {
    if (principal?.carrier !== 'cookie' || !reaches(principal.acr, flow.acrWanted)) return undefined;
    if (ageLimit(flow) !== null && !(await this.flows.judge(flow, principal.sessionId))?.recent) return undefined;
    await this.flows.finish(flow);
    return this.endOf(flow);
  }

  /**
   * @param strangersLimit a limit that was passed, and that shuts out everybody but devices that the account knows
   * @throws AppError as SignIn.byPassword; expired `authentication.flow_expired`
   */
  async byPassword(
    flow: SignInFlow,
    { identifier, password }: { readonly identifier: string; readonly password: string },
    visitor: Visitor,
    strangersLimit?: Error,
  ): Promise<Progress> {
    const context = { ...contextOf(visitor.client), strangersLimit };
    return this.proceed(flow, await this.signIn.byPassword(identifier, password, context), visitor);
  }

  /** @throws AppError as PasskeySignIn.signIn; expired `authentication.flow_expired` */
  async byPasskey(flow: SignInFlow, response: Record<string, unknown>, visitor: Visitor): Promise<Progress> {
    return this.proceed(flow, await this.passkeySignIn.signIn(response, contextOf(visitor.client)), visitor);
  }

  /** @throws AppError as SecondFactorVerification.verifyByHash; expired `authentication.flow_expired` */
  async bySecondFactor(
    flow: SignInFlow,
    method: SecondFactor,
    answer: FactorAnswer,
    visitor: Visitor,
  ): Promise<Progress> {
    const hash = owed(flow, 'second_factor');
    // The challenge is bound to the flow, not to a session: the sign-in is a new one, whoever was signed in before.
    return this.proceed(
      flow,
      await this.verification.verifyByHash(hash, method, answer, null, visitor.client),
      visitor,
    );
  }

  /** @throws AppError as PasswordChange.changeRequired; expired `authentication.flow_expired` */
  async withNewPassword(flow: SignInFlow, newPassword: string, visitor: Visitor): Promise<Progress> {
    const context = contextOf(visitor.client);
    const hash = owed(flow, 'new_password');
    return this.proceed(flow, await this.passwordChange.changeRequiredByHash(hash, newPassword, context), visitor);
  }

  /**
   * Goes on with what a way to sign in came to. A session that the browser had ends: it gets a new one (ASVS 7.2.4).
   * @throws AppError expired `authentication.flow_expired`
   */
  async proceed(flow: SignInFlow, result: SignInResult, { client, principal }: Visitor): Promise<Progress> {
    if (result.status === 'mfa_required') return this.owe(flow, 'second_factor', result.challenge.id);
    if (result.status === 'password_change_required') return this.owe(flow, 'new_password', result.challenge.id);
    const { session } = result;
    if (principal?.carrier === 'cookie') {
      await this.endSession.replace(principal.sessionId, principal.userId as UserId, session.id, client);
    }
    await this.flows.finish(flow);
    return {
      session,
      next: (await this.fallsShort(flow, session)) ? `${landing}?needs=second_factor` : this.endOf(flow),
    };
  }

  private async owe(flow: SignInFlow, step: FlowStep, challengeId: string): Promise<Progress> {
    if (!(await this.flows.advance(flow, step, sha256(challengeId)))) throw flowExpired();
    return { next: step === 'second_factor' ? '/flow/second-factor' : '/flow/new-password' };
  }

  /** Whether nobody judges the level that was reached, and it is less than was asked for. */
  private async fallsShort(flow: SignInFlow, session: SignedIn): Promise<boolean> {
    if (flow.acrWanted === null || flow.begunBy !== 'nothing') return false;
    const judged = await this.flows.judge(flow, session.id);
    return judged !== undefined && !reaches(judged.acr, flow.acrWanted);
  }
}

const contextOf = (client: ClientInfo): { carrier: 'cookie'; client: ClientInfo } => ({ carrier: 'cookie', client });

/** The challenge that a step answers. */
function owed(flow: SignInFlow, step: FlowStep): Buffer {
  if (flow.step !== step || flow.challengeHash === null) throw challengeInvalid();
  return flow.challengeHash;
}
