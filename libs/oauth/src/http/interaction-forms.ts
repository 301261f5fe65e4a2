import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { KeyedHash } from '@app/crypto';
import { AppError } from '@app/errors';
import { type Principal, sessionCookie } from '@app/http';
import { csrfField } from '@app/pages';

const csrfPurpose = 'oauth-consent-csrf';

/** Forms that answer an interaction: each is bound to it and to the browser's session. */
@Injectable()
export class InteractionForms {
  constructor(private readonly keyedHash: KeyedHash) {}

  csrf(uid: string, request: FastifyRequest): string {
    return this.keyedHash.digest(csrfPurpose, proofOf(uid, request)).toString('base64url');
  }

  /** @throws AppError forbidden `http.forged_form` */
  refuseForged(uid: string, form: Record<string, string> | undefined, request: FastifyRequest): void {
    const sent = Buffer.from(form?.[csrfField] ?? '', 'base64url');
    if (this.keyedHash.matches(csrfPurpose, proofOf(uid, request), sent)) return;
    throw new AppError('forbidden', 'http.forged_form', 'This form was made for another browser, or is too old.');
  }
}

const proofOf = (uid: string, request: FastifyRequest): string => `${uid}\n${sessionCookie(request) ?? ''}`;

/** Who sits at the browser. A session that may only repair factors signs in to nothing else. */
export const signedIn = ({ principal }: FastifyRequest): Principal | null =>
  principal?.carrier === 'cookie' && !principal.recovery ? principal : null;
