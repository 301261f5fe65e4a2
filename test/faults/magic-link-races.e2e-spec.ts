import type { Email } from 'postal-mime';
import type { Answer } from '../support/api-client.js';
import { withClient } from '../support/databases.js';
import { readMessage, until } from '../support/smtp.js';
import { type Api, Installation, type Person, type Tokens } from './support/installation.js';
import { linkToken } from './support/links.js';

interface Result {
  readonly status?: string;
  readonly code?: string;
}

interface Mailed {
  readonly requestId: string;
  readonly binding: string;
  readonly token: string;
  readonly code: string;
}

const used = '410 tokens.used';

describe('links of mails over two processes', () => {
  let installation: Installation;
  let one: Api;
  let two: Api;

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    [one, two] = [installation.api(0), installation.api(1)];
  });

  afterAll(() => installation.stop());

  /** The nth mail to an address that holds a link of a kind; others may come in between. */
  const mailWith = async (email: string, kind: string, nth = 1): Promise<Email> => {
    let found: Email | undefined;
    await until(`${kind} mail ${nth} to ${email}`, async () => {
      const mails = await Promise.all(installation.smtp.to(email).map(readMessage));
      found = mails.filter(({ text }) => text?.includes(`/link/${kind}/`))[nth - 1];
      return found !== undefined;
    });
    return found!;
  };
  const mailed = async ({ email }: Person, nth = 1): Promise<Mailed> => {
    const { body } = await one.client.post<{ requestId: string; binding: string }>('/v1/auth/magic-link', { email });
    const mail = await mailWith(email, 'magic', nth);
    return {
      ...body,
      token: linkToken(mail, 'magic'),
      code: /^ *([0-9A-Z]{4}-[0-9A-Z]{4})$/m.exec(mail.text ?? '')![1]!,
    };
  };
  /** What came of the same request, made so many times at the same moment, half of them in each process. */
  const race = async (path: string, bodies: readonly object[]): Promise<string[]> => {
    const answers: Answer<Result>[] = await Promise.all(
      bodies.map((body, at) => (at % 2 === 0 ? one : two).client.post<Result>(path, body)),
    );
    return answers.map(({ status, body }) => `${status} ${body.code ?? body.status ?? ''}`.trim()).sort();
  };
  const promote = ({ email }: Person): Promise<object[]> =>
    installation.query(`UPDATE users SET roles = '{admin}' WHERE email = $1`, [email]);
  const redeem = (bodies: readonly object[]): Promise<string[]> => race('/v1/auth/magic-link/redeem', bodies);
  const times = <T>(many: number, value: T): T[] => Array.from({ length: many }, () => value);
  /** Sessions of somebody who never signed in by password. */
  const sessionsOf = ({ email }: Person): Promise<number> =>
    installation.count(`sessions s JOIN users u ON u.id = s.user_id WHERE u.email = '${email}'`);

  it('open one session by a link, however many redeem it with its binding at the same moment', async () => {
    const person = await installation.newPerson();
    const { token, binding } = await mailed(person);
    expect(await redeem(times(8, { token, binding }))).toEqual(['200 authenticated', ...times(7, used)]);
    expect(await sessionsOf(person)).toBe(1);
  });

  it('open one session by a code, however many type it at the same moment', async () => {
    const person = await installation.newPerson();
    const { requestId, code } = await mailed(person);
    // Five are compared; who comes too late for that is told what the winner left behind.
    const outcomes = await redeem(times(8, { requestId, code }));
    expect(outcomes.filter((outcome) => outcome === '200 authenticated')).toHaveLength(1);
    expect(
      outcomes.filter((outcome) => /^410 (tokens.used|authentication.magic_code_exhausted)$/.test(outcome)),
    ).toHaveLength(7);
    expect(await sessionsOf(person)).toBe(1);
  });

  it('open one session by a mail, whether its link or its code comes first', async () => {
    const person = await installation.newPerson();
    for (let round = 1; round <= 4; round += 1) {
      const { token, binding, requestId, code } = await mailed(person, round);
      const bodies = [
        { token, binding },
        { requestId, code },
      ];
      expect(await redeem(round % 2 === 0 ? bodies : bodies.reverse())).toEqual(['200 authenticated', used]);
      expect(await sessionsOf(person)).toBe(round);
    }
  });

  it('compare no more than five codes of a request, however many come at the same moment', async () => {
    const person = await installation.newPerson();
    const { requestId, code } = await mailed(person);
    const typed = code.endsWith('7') ? '00000008' : '00000007';
    expect(await redeem(times(20, { requestId, code: typed }))).toEqual([
      ...times(5, '401 authentication.code_wrong'),
      ...times(15, '410 authentication.magic_code_exhausted'),
    ]);
    expect(await sessionsOf(person)).toBe(0);
  });

  it('leave no session to who redeems one at the moment when the account is disabled', async () => {
    const [root, person] = [await installation.newPerson(), await installation.newPerson()];
    await promote(root);
    const bearer = (await installation.signIn(root)).accessToken;
    const { token, binding } = await mailed(person);
    const [{ id } = { id: '' }] = (
      await one.client.get<{ items: { id: string }[] }>(`/v1/admin/users?search=${person.email}`, { bearer })
    ).body.items;
    const locked = 'pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = current_database()';
    const waiting = (count: number): Promise<void> =>
      until(`${count} that wait`, async () => (await installation.count(locked)) >= count);
    const [redeemed, disabled] = await withClient(installation.database.ownerUrl, async (holder) => {
      // What a sign-in writes last, so that it has used its link up and opened nothing yet.
      await holder.query('BEGIN; LOCK TABLE known_devices IN ACCESS EXCLUSIVE MODE');
      const redeeming = one.client.post<Tokens>('/v1/auth/magic-link/redeem', { token, binding });
      await waiting(1);
      const disabling = two.client.post(`/v1/admin/users/${id}/disable`, undefined, { bearer });
      await waiting(2);
      await holder.query('COMMIT');
      return Promise.all([redeeming, disabling]);
    });
    expect([redeemed.status, disabled.status]).toEqual([200, 200]);
    expect((await two.client.post(`/v1/admin/users/${id}/enable`, undefined, { bearer })).status).toBe(200);
    expect((await one.client.get('/v1/me', { bearer: redeemed.body.accessToken })).status).toBe(401);
  });

  it('make one account of an invite, however many accept it at the same moment', async () => {
    const root = await installation.newPerson();
    await promote(root);
    const bearer = (await installation.signIn(root)).accessToken;
    for (let round = 1; round <= 4; round += 1) {
      const email = `guest-${round}@example.test`;
      const invited = await one.client.post('/v1/admin/invites', { email, roles: ['auditor'] }, { bearer });
      expect(invited.status).toBe(201);
      const token = linkToken(await mailWith(email, 'invite'), 'invite');
      const bodies = Array.from({ length: 6 }, (_, at) => ({ token, password: `meadow lantern hollow ${at}` }));
      expect(await race('/v1/auth/invites/accept', bodies)).toEqual(['201 active', ...times(5, used)]);
      expect(await installation.count(`users WHERE email_key = '${email}'`)).toBe(1);
      expect(
        await installation.count(`password_credentials p JOIN users u ON u.id = p.user_id WHERE u.email = '${email}'`),
      ).toBe(1);
      expect(await installation.count(`audit_events WHERE type = 'authentication.invite_accepted'`)).toBe(round);
    }
  });

  it('invite an address once, however many administrators do so at the same moment', async () => {
    const root = await installation.newPerson();
    await promote(root);
    const bearer = (await installation.signIn(root)).accessToken;
    for (let round = 1; round <= 4; round += 1) {
      const email = `wanted-${round}@example.test`;
      const answers = await Promise.all(
        times(6, email).map((address, at) =>
          (at % 2 ? one : two).client.post<Result>('/v1/admin/invites', { email: address }, { bearer }),
        ),
      );
      const refused = answers.filter(({ body }) => body.code === 'authentication.invite_open');
      expect([answers.filter(({ status }) => status === 201).length, refused.length]).toEqual([1, 5]);
      expect(await installation.count(`invites WHERE email = '${email}'`)).toBe(1);
    }
  });

  it('accept or revoke an invite at the same moment, but never both', async () => {
    const root = await installation.newPerson();
    await promote(root);
    const bearer = (await installation.signIn(root)).accessToken;
    for (let round = 1; round <= 4; round += 1) {
      const email = `late-${round}@example.test`;
      const { body } = await one.client.post<{ id: string }>('/v1/admin/invites', { email }, { bearer });
      const token = linkToken(await mailWith(email, 'invite'), 'invite');
      const [accepted, revoked] = await Promise.all([
        one.client.post<Result>('/v1/auth/invites/accept', { token, password: 'meadow lantern hollow 7' }),
        two.client.delete<Result>(`/v1/admin/invites/${body.id}`, undefined, { bearer }),
      ]);
      const outcome = [accepted, revoked].map(({ status, body: said }) => `${status} ${said?.code ?? ''}`.trim());
      expect([
        ['201', '409 authentication.invite_closed'],
        ['410 tokens.revoked', '204'],
      ]).toContainEqual(outcome);
      expect(await installation.count(`users WHERE email_key = '${email}'`)).toBe(accepted.status === 201 ? 1 : 0);
    }
  });
});
