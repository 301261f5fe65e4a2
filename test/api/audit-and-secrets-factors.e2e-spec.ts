import { type App, startApp } from '../support/app.js';
import { FactorJourney } from './support/factor-journey.js';
import { leaks, Recorder } from './support/recorder.js';

describe(`the audit log and secrets over a journey with second factors, queue on ${queueBackend}`, () => {
  let app: App;
  let recorder: Recorder;
  let journey: FactorJourney;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
    recorder = await Recorder.start(app);
    journey = new FactorJourney(app);
    await travel();
  });

  afterAll(async () => {
    recorder?.stop();
    await app?.stop();
  });

  async function travel(): Promise<void> {
    const ada = await journey.register('ada');
    const first = await journey.login('login', ada.email, ada.password);
    const id = String((await app.api.as(first.accessToken).get('/v1/me')).body['id']);
    await journey.enrol(first.accessToken);
    const second = await journey.loginWithCode(ada);
    const { accessToken } = await journey.stepUp(ada, second.accessToken);
    await journey.renewBackupCodes(accessToken);
    await journey.usePasskey(accessToken);
    await journey.signInByMail(ada);
    const admin = await journey.administrator();
    await journey.invite(admin);
    await journey.loseFactors(ada, id, admin);
    await app.mailbox.waitFor(ada.email, 'securityAlert', 5);
    for (const token of await recorder.mailedTokens()) journey.keep('mailed token', token);
  }

  const arrived: [string, string[]][] = [
    ['register', ['registration_requested']],
    ['verify', ['registered', 'email_verified']],
  ];
  const expected: [string, string[]][] = [
    ...arrived,
    ['login', ['signed_in']],
    ['begin app', []],
    ['confirm app', ['totp_added']],
    ['login, two factors', ['second_factor_required']],
    ['wrong code', ['second_factor_failed']],
    ['right code', ['signed_in']],
    ['step up, wrong', ['step_up_failed']],
    ['step up', ['second_factor_required']],
    ['backup code', ['backup_code_used', 'signed_in']],
    ['renew codes', ['backup_codes_renewed']],
    ['add passkey', ['passkey_added']],
    ['name passkey', ['passkey_renamed']],
    ['passkey', ['signed_in']],
    ['remove passkey', ['passkey_removed']],
    ['ask for link', ['magic_link_requested']],
    ['wrong mailed code', ['sign_in_failed']],
    ['mailed code', ['second_factor_required']],
    ...arrived,
    ['login of admin', ['signed_in']],
    ['invite', ['invite_created']],
    ['invite again', ['invite_resent']],
    ['accept', ['invite_accepted']],
    ['invite another', ['invite_created']],
    ['withdraw', ['invite_revoked']],
    ['reset factors', ['factor_reset_requested']],
    ['stop reset', ['factor_reset_cancelled']],
    ['reset factors again', ['factor_reset_requested']],
    ['recover, wrong', ['sign_in_failed']],
    ['recover', ['factors_reset', 'signed_in']],
  ];

  it('leaves for each request exactly its events', () => {
    const seen = journey.steps.map(({ what, rows }) => [what, rows.map(({ type }) => type.split('.')[1])]);
    expect(seen).toEqual(expected);
  });

  it('knows its secrets, and would find them', async () => {
    expect(journey.secrets.size).toBeGreaterThan(60);
    const tables = new Set((await recorder.rows()).map(({ where }) => where.replace('public.', '')));
    const holding = [
      'totp_factors',
      'backup_codes',
      'challenges',
      'passkeys',
      'magic_links',
      'invites',
      'factor_resets',
    ];
    for (const table of holding) expect(tables).toContain(table);
  });

  it('keeps no secret in clear in any row of any table, at any time', async () => {
    expect(leaks(await recorder.rows(), journey.secrets)).toEqual([]);
  });

  it('sends no secret through the queue', async () => {
    expect(leaks(await recorder.jobs(), journey.secrets)).toEqual([]);
  });

  it('logs no secret and no address, not even at level trace', () => {
    const logs = recorder.logs();
    expect(leaks(logs, journey.secrets)).toEqual([]);
    expect(logs.filter(({ text }) => /@example\.test|\$argon2/.test(text))).toEqual([]);
  });

  it('answers no refusal with a secret', async () => {
    expect(leaks(await recorder.answers(), journey.secrets)).toEqual([]);
  });

  it('keeps password hashes where passwords and backup codes are kept, and nowhere else', async () => {
    const places = (await recorder.rows()).filter(({ text }) => text.includes('$argon2')).map(({ where }) => where);
    const known = ['public.backup_codes', 'public.password_credentials', 'public.pending_registrations'];
    expect([...new Set(places)].sort()).toEqual(known);
  });
});
