import type { AppError } from '@app/errors';
import { type TakenNames, type UserId, usernameKey, usernameTaken } from '@app/users';
import { type Candidate, reasonOf, type Refusal } from './import-line.js';
import { idTaken, passkeyTaken } from './import.errors.js';

type Judgement =
  | { readonly is: 'free'; readonly candidate: Candidate }
  | { readonly is: 'existing' | 'duplicate' }
  | { readonly is: 'refused'; readonly refusal: Refusal };

/** What came of some lines that were read. */
export interface Judged {
  readonly free: readonly Candidate[];
  readonly refusals: readonly Refusal[];
  readonly existing: number;
  readonly duplicates: number;
}

/** Addresses, user names, ids and passkeys that are no longer to be had. */
export class ImportNames {
  private readonly emails = new Map<string, 'existing' | 'duplicate'>();
  private readonly usernames = new Set<string>();
  private readonly ids = new Set<UserId>();
  private readonly passkeys = new Set<string>();

  /** @param made by the same run: their addresses are duplicates, all others were there before. */
  addTaken(taken: readonly TakenNames[], made: ReadonlySet<UserId>): void {
    for (const { id, emailKey, usernameKey: name } of taken) {
      this.ids.add(id);
      if (name !== null) this.usernames.add(name);
      if (emailKey === null || this.emails.has(emailKey)) continue;
      this.emails.set(emailKey, made.has(id) ? 'duplicate' : 'existing');
    }
  }

  /** @param credentialIds of passkeys, base64url */
  addTakenPasskeys(credentialIds: readonly string[]): void {
    for (const credentialId of credentialIds) this.passkeys.add(credentialId);
  }

  /** Judges lines in their order. */
  judgeAll(candidates: readonly Candidate[]): Judged {
    const judged = candidates.map((candidate) => this.judge(candidate));
    return {
      free: judged.flatMap((one) => (one.is === 'free' ? [one.candidate] : [])),
      refusals: judged.flatMap((one) => (one.is === 'refused' ? [one.refusal] : [])),
      existing: judged.filter(({ is }) => is === 'existing').length,
      duplicates: judged.filter(({ is }) => is === 'duplicate').length,
    };
  }

  /** Says whether a line can become an account; if so, its names are taken from now on. */
  private judge(candidate: Candidate): Judgement {
    const { line, user, factors } = candidate;
    const known = this.emails.get(user.email.key);
    if (known !== undefined) return { is: known };
    const name = user.username === undefined ? undefined : usernameKey(user.username);
    const credentialIds = factors.passkeys.map(({ credentialId }) => credentialId);
    const refused = (why: AppError): Judgement => ({ is: 'refused', refusal: { line, ...reasonOf(why) } });
    if (name !== undefined && this.usernames.has(name)) return refused(usernameTaken());
    if (user.id !== undefined && this.ids.has(user.id)) return refused(idTaken());
    if (credentialIds.some((credentialId) => this.passkeys.has(credentialId))) return refused(passkeyTaken());
    this.emails.set(user.email.key, 'duplicate');
    if (name !== undefined) this.usernames.add(name);
    if (user.id !== undefined) this.ids.add(user.id);
    this.addTakenPasskeys(credentialIds);
    return { is: 'free', candidate };
  }
}
