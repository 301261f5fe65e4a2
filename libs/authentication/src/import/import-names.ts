import { type TakenNames, type UserId, usernameKey, usernameTaken } from '@app/users';
import { type Candidate, reasonOf, type Refusal } from './import-line.js';
import { idTaken } from './import.errors.js';

export type Judgement =
  | { readonly is: 'free'; readonly candidate: Candidate }
  | { readonly is: 'existing' | 'duplicate' }
  | { readonly is: 'refused'; readonly refusal: Refusal };

/** Addresses, user names and ids that are no longer to be had. */
export class ImportNames {
  private readonly emails = new Map<string, 'existing' | 'duplicate'>();
  private readonly usernames = new Set<string>();
  private readonly ids = new Set<UserId>();

  /** @param made by the same run: their addresses are duplicates, all others were there before. */
  addTaken(taken: readonly TakenNames[], made: ReadonlySet<UserId>): void {
    for (const { id, emailKey, usernameKey: name } of taken) {
      this.ids.add(id);
      if (name !== null) this.usernames.add(name);
      if (emailKey === null || this.emails.has(emailKey)) continue;
      this.emails.set(emailKey, made.has(id) ? 'duplicate' : 'existing');
    }
  }

  /** Says whether a line can become an account; if so, its names are taken from now on. */
  judge(candidate: Candidate): Judgement {
    const { line, user } = candidate;
    const known = this.emails.get(user.email.key);
    if (known !== undefined) return { is: known };
    const name = user.username === undefined ? undefined : usernameKey(user.username);
    if (name !== undefined && this.usernames.has(name)) {
      return { is: 'refused', refusal: { line, ...reasonOf(usernameTaken()) } };
    }
    if (user.id !== undefined && this.ids.has(user.id)) {
      return { is: 'refused', refusal: { line, ...reasonOf(idTaken()) } };
    }
    this.emails.set(user.email.key, 'duplicate');
    if (name !== undefined) this.usernames.add(name);
    if (user.id !== undefined) this.ids.add(user.id);
    return { is: 'free', candidate };
  }
}
