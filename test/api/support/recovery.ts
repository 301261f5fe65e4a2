import type { App } from '../../support/app.js';
import { accepted, arrive, promote, someone, type Visit } from '../../support/people.js';

export const day = 24 * 3600;
export const recoveryAcr = 'urn:gatehouse:acr:recovery';

/** The mail about a reset, as its owner got it. */
export interface RecoveryMail {
  readonly link: string;
  readonly token: string;
}

/** Has a new administrator begin the reset of somebody's factors. */
export async function beginReset(app: App, { id, email }: Visit): Promise<RecoveryMail> {
  const root = await arrive(app, someone('root'));
  await promote(app, root);
  accepted(await root.api.post(`/v1/admin/users/${id}/factors/reset`), 202);
  return app.mailbox.waitFor(email, 'factorReset');
}

/** Lets the delay of a reset pass. */
export const takeEffect = (app: App): Promise<void> => app.pass(day + 1);

/** What an account holds, as its row says. */
export async function factorsOf(app: App, { email }: Visit): Promise<readonly string[] | undefined> {
  const sql = 'SELECT second_factors FROM users WHERE email = $1';
  return (await app.sql<{ second_factors: string[] }>(sql, [email]))[0]?.second_factors;
}

/** As an operator would demand it. */
export const demandNewPassword = (app: App, { email }: Visit): Promise<object[]> =>
  app.sql('UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1', [
    email,
  ]);
