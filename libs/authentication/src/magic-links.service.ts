import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { constantTimeEqual, isRandomToken, KeyedHash, randomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import type { AppError } from '@app/errors';
import { Limits } from '@app/limits';
import { singleFactor } from '@app/sessions';
import { tokenExpired, tokenInvalid, tokenUsed } from '@app/tokens';
import { parseEmail, type UserId } from '@app/users';
import { codeWrong } from './authentication.errors.js';
import { newMagicCode, typedMagicCode } from './magic-link-code.js';
import { sealableMagicLinkSecret } from './magic-link-secret.js';
import { magicCodeExhausted, magicLinkElsewhere } from './magic-link.errors.js';
import { type MagicLinkAccount, MagicLinksRepository, type MagicLinkState } from './magic-links.repository.js';
import { linkLifetime, mailKinds } from './mail-kinds.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** What whoever asked for a magic link keeps. */
export interface MagicLinkRequest {
  /** Under it the code is typed. */
  readonly requestId: string;
  /** Secret: shows that a link is opened where it was asked for. */
  readonly binding: string;
  /** Seconds that link and code live once they are mailed. */
  readonly expiresIn: number;
}

/** Codes that may be typed for one request. */
const attemptLimit = 5;
const codePurpose = 'magic-link-code';
const codeIdentity = (requestId: string, code: string): string => `${requestId}\n${code}`;

/** Signs in by a link, or a code, that is mailed to the account's address. */
@Injectable()
export class MagicLinks {
  constructor(
    private readonly links: MagicLinksRepository,
    private readonly completion: SignInCompletion,
    private readonly limits: Limits,
    private readonly keyedHash: KeyedHash,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Writes the same rows for every address; the worker finds out whether an account has it.
   * @param binding what a browser keeps from an earlier request
   * @throws AppError invalid `users.email_invalid`
   */
  async request(typed: string, client: ClientInfo, binding = randomToken()): Promise<MagicLinkRequest> {
    const { address, key: emailKey } = parseEmail(typed);
    const [id, token, code] = [randomUUID(), randomToken(), newMagicCode()];
    const codeHash = this.keyedHash.digest(codePurpose, codeIdentity(id, code));
    const link = { id, emailKey, tokenHash: sha256(token), bindingHash: sha256(binding), codeHash };
    await this.transactions.run(async (tx) => {
      await this.links.insert(tx, link, { type: 'authentication.magic_link_requested', client });
      await this.mail.enqueue(tx, {
        kind: mailKinds.magicLink,
        recipient: address,
        reference: id,
        secret: sealableMagicLinkSecret({ token, code }),
        data: { address: client.address, userAgent: client.userAgent },
      });
    });
    return { requestId: id, binding, expiresIn: linkLifetime.magicLink };
  }

  /**
   * Signs in by the link, where it was asked for.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; forbidden `authentication.magic_link_elsewhere`
   */
  async redeem(token: string, binding: string | undefined, context: SignInContext): Promise<SignInResult> {
    if (!isRandomToken(token)) throw tokenInvalid();
    return this.redeemByHash(sha256(token), binding, context);
  }

  /** As redeem, where only the token's SHA-256 was kept. */
  async redeemByHash(tokenHash: Buffer, binding: string | undefined, context: SignInContext): Promise<SignInResult> {
    const bindingHash = binding === undefined ? undefined : sha256(binding);
    const result =
      bindingHash && (await this.signIn(context, (tx) => this.links.consumeByToken(tx, tokenHash, bindingHash)));
    if (result) return result;
    const found = await this.links.readByToken(tokenHash);
    const elsewhere = found?.state === 'open' && !(bindingHash && constantTimeEqual(bindingHash, found.bindingHash));
    const error = elsewhere ? magicLinkElsewhere() : refusalOf(found);
    await this.recordFailure(found?.userId ?? null, error.code, context.client);
    throw error;
  }

  /**
   * Signs in by the code of the mail, typed where it was asked for.
   * @throws AppError unauthenticated `authentication.code_wrong`; expired `authentication.magic_code_exhausted`;
   *   `tokens.invalid`, `tokens.expired`, `tokens.used`; throttled `limits.throttled`
   */
  async redeemCode(requestId: string, typed: string, context: SignInContext): Promise<SignInResult> {
    const attempt = await this.links.attempt(requestId, attemptLimit);
    if (!attempt) throw await this.refusedCode(requestId, context.client);
    await this.limits.take([{ rule: 'magic_link.code', key: attempt.emailKey }]);
    const identity = codeIdentity(requestId, typedMagicCode(typed) ?? '');
    const right = this.keyedHash.matches(codePurpose, identity, attempt.codeHash);
    if (!right || attempt.userId === null) {
      await this.recordFailure(attempt.userId, 'authentication.code_wrong', context.client);
      throw codeWrong();
    }
    const result = await this.signIn(context, (tx) => this.links.consumeByCode(tx, requestId));
    if (!result) throw await this.refusedCode(requestId, context.client);
    return result;
  }

  /**
   * The address that an open link signs in with, and whether the binding is that of who asked.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async peekByHash(tokenHash: Buffer, binding: string | undefined): Promise<{ email: string; here: boolean }> {
    const found = await this.links.readByToken(tokenHash);
    if (found?.state !== 'open' || found.email === null) throw refusalOf(found);
    return {
      email: found.email,
      here: binding !== undefined && constantTimeEqual(sha256(binding), found.bindingHash),
    };
  }

  /** Uses the link up and goes on with the sign-in, all or nothing; undefined where the link is not to be used. */
  private async signIn(
    context: SignInContext,
    consume: (tx: Tx) => Promise<MagicLinkAccount | undefined>,
  ): Promise<SignInResult | undefined> {
    return this.transactions.run(async (tx) => {
      const account = await consume(tx);
      // RFC 8176 has no value for it; `email` is the one that others use.
      return (
        account && this.completion.complete({ ...account, factor, amr: ['email'], acr: singleFactor }, context, tx)
      );
    });
  }

  private async refusedCode(requestId: string, client: ClientInfo): Promise<Error> {
    const found = await this.links.readById(requestId, attemptLimit);
    const error = found?.state === 'exhausted' ? magicCodeExhausted() : refusalOf(found);
    await this.recordFailure(found?.userId ?? null, error.code, client);
    return error;
  }

  private async recordFailure(userId: UserId | null, reason: string, client: ClientInfo): Promise<void> {
    await this.audit.recordAttempt({
      type: 'authentication.sign_in_failed',
      userId,
      client,
      data: { factor, reason: reason.slice(reason.indexOf('.') + 1) },
    });
  }
}

/** As the audit log calls it. */
const factor = 'magic_link';

function refusalOf(found: MagicLinkState | undefined): AppError {
  if (found?.state === 'used') return tokenUsed();
  if (found?.state === 'expired') return tokenExpired();
  return tokenInvalid();
}
