import { Injectable } from '@nestjs/common';
import { Envelopes, isRandomToken, randomToken, sha256 } from '@app/crypto';
import { Database } from '@app/database';
import { multiFactor, singleFactor } from '@app/sessions';
import type { FlowOrigin, FlowStep } from './persistence/hosted-flow.entity.js';

/** What a sign-in in pages is for. Kept in the row, so that no later request can change it. */
export interface FlowAim {
  readonly begunBy: FlowOrigin;
  /** A path of ours; null: the page that says who is signed in. */
  readonly returnTo: string | null;
  /** The level to reach. */
  readonly acrWanted: string | null;
  /** Seconds that a sign-in before may be old. */
  readonly maxAge: number | null;
  readonly loginHint: string | null;
  /** An address of another origin that `returnTo` may lead on to. Its pages have to allow that to their forms. */
  readonly leadsTo?: string | null;
}

export interface SignInFlow extends FlowAim {
  readonly hash: Buffer;
  readonly step: FlowStep;
  readonly challengeHash: Buffer | null;
  /** What pages remember of what was typed, nothing secret. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly state: 'open' | 'expired' | 'finished';
}

/** A session as far as flows judge it. */
export interface JudgedSession {
  readonly acr: string;
  /** Whether its sign-in is young enough for the flow. */
  readonly recent: boolean;
}

/** Seconds for the whole journey, the way to the mailbox included. */
const lifetime = 3600;
/** Seconds that two factors are good for where a flow asks for them (NIST SP 800-63B-4, AAL2). */
const multiFactorAge = 24 * 3600;

/** Sign-ins through pages, each a row known to one browser by a cookie. */
@Injectable()
export class SignInFlows {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
  ) {}

  /** @returns the secret for the browser's cookie. */
  async begin(aim: FlowAim): Promise<string> {
    const secret = randomToken();
    const { begunBy, returnTo, acrWanted, maxAge, loginHint, leadsTo = null } = aim;
    const hash = sha256(secret);
    // The path of a provider's interaction is its secret.
    const sealed = returnTo && this.envelopes.seal(Buffer.from(returnTo), context(hash)).toString('base64url');
    await this.database.run(beginFlow, [hash, begunBy, sealed, acrWanted, maxAge, loginHint, lifetime, leadsTo]);
    return secret;
  }

  /** The flow that the cookie belongs to, over or not. */
  async find(secret: string | undefined): Promise<SignInFlow | undefined> {
    if (secret === undefined || !isRandomToken(secret)) return undefined;
    const [row] = await this.database.run<SignInFlow>(findFlow, [sha256(secret)]);
    if (!row?.returnTo || row.returnTo.startsWith('/')) return row;
    const opened = this.envelopes.open(Buffer.from(row.returnTo, 'base64url'), context(row.hash));
    return { ...row, returnTo: opened.toString() };
  }

  /** Moves an open flow to what it owes next. @returns false where it is over. */
  async advance(flow: SignInFlow, step: FlowStep, challengeHash: Buffer | null): Promise<boolean> {
    return (await this.database.run(advanceFlow, [flow.hash, step, challengeHash])).length > 0;
  }

  /** Adds to what the pages of an open flow remember. */
  async remember(flow: SignInFlow, data: Readonly<Record<string, unknown>>): Promise<void> {
    await this.database.run(rememberInFlow, [flow.hash, data]);
  }

  /** Ends it and forgets what was typed. @returns false where it was over. */
  async finish(flow: SignInFlow): Promise<boolean> {
    return (await this.database.run(finishFlow, [flow.hash])).length > 0;
  }

  /** The live session, judged by the flow's age limit; undefined where it has ended. */
  async judge(flow: AgeAsked, sessionId: string): Promise<JudgedSession | undefined> {
    const [row] = await this.database.run<JudgedSession>(judgeSession, [sessionId, ageLimit(flow)]);
    return row;
  }
}

/** What of a flow limits the age of the sign-in before. */
type AgeAsked = Pick<FlowAim, 'maxAge'> & Partial<Pick<FlowAim, 'acrWanted'>>;

/** Seconds that the sign-in before may be old; null: as old as its session. */
export function ageLimit({ acrWanted = null, maxAge }: AgeAsked): number | null {
  return acrWanted === multiFactor ? Math.min(maxAge ?? multiFactorAge, multiFactorAge) : maxAge;
}

/** Whether a sign-in at this level is enough. A recovery session is never: it is weaker than any sign-in. */
export function reaches(acr: string, wanted: string | null): boolean {
  return acr === multiFactor || (acr === singleFactor && wanted !== multiFactor);
}

const context = (hash: Buffer): string => `hosted_flow:${hash.toString('base64url')}`;

const beginFlow = {
  name: 'authentication.begin_sign_in_flow',
  text: `INSERT INTO hosted_flows (hash, kind, begun_by, return_to, acr_wanted, max_age, login_hint, expires_at,
           leads_to)
         VALUES ($1, 'sign-in', $2, $3, $4, $5, $6, app_now() + $7::int * interval '1 second', $8)`,
};
const findFlow = {
  name: 'authentication.find_sign_in_flow',
  text: `SELECT hash, begun_by AS "begunBy", return_to AS "returnTo", acr_wanted AS "acrWanted", max_age AS "maxAge",
           login_hint AS "loginHint", leads_to AS "leadsTo", step, challenge_hash AS "challengeHash", data,
           CASE WHEN finished_at IS NOT NULL THEN 'finished' WHEN expires_at <= app_now() THEN 'expired'
             ELSE 'open' END AS state
         FROM hosted_flows WHERE hash = $1 AND kind = 'sign-in'`,
};
const open = 'hash = $1 AND finished_at IS NULL AND expires_at > app_now()';
const advanceFlow = {
  name: 'authentication.advance_sign_in_flow',
  text: `UPDATE hosted_flows SET step = $2, challenge_hash = $3 WHERE ${open} RETURNING hash`,
};
const rememberInFlow = {
  name: 'authentication.remember_in_sign_in_flow',
  text: `UPDATE hosted_flows SET data = data || $2::jsonb WHERE ${open}`,
};
const finishFlow = {
  name: 'authentication.finish_sign_in_flow',
  text: `UPDATE hosted_flows SET finished_at = app_now(), data = '{}', challenge_hash = NULL WHERE ${open} RETURNING hash`,
};
const judgeSession = {
  name: 'authentication.judge_session_for_flow',
  text: `SELECT acr, $2::int IS NULL OR auth_time > app_now() - $2::int * interval '1 second' AS recent
         FROM sessions WHERE id = $1 AND ended_at IS NULL AND expires_at > app_now() AND idle_expires_at > app_now()`,
};
