import type { Answer } from '../../support/api-client.js';
import type { App } from '../../support/app.js';
import { PasskeyAuthenticator } from '../../support/passkey-authenticator.js';
import { type Person, promote, type SignedIn, someone } from '../../support/people.js';
import { Authenticator } from '../../support/second-factors.js';
import { codeIn } from './magic-link.js';
import { type Options, type Passkey } from './passkeys.js';
import { takeEffect } from './recovery.js';
import { WholeJourney } from './whole-journey.js';

type Body = Record<string, unknown>;

/** Adds, uses, loses and resets second factors, and signs in by mail, remembering every secret on the way. */
export class FactorJourney extends WholeJourney {
  readonly passkey: PasskeyAuthenticator;
  private authenticator!: Authenticator;
  private backupCodes: string[] = [];

  constructor(app: App) {
    super(app);
    this.passkey = new PasskeyAuthenticator(app.url);
  }

  /** Each of its codes in the ways that it could be written. */
  keepBackupCodes(codes: readonly string[]): void {
    this.backupCodes = [...codes];
    for (const code of codes) for (const form of [code, code.replace(/\W/g, '')]) this.keep('backup code', form);
  }

  async enrol(bearer: string): Promise<void> {
    const begun = await this.step('begin app', 200, () => this.post('/v1/me/totp', undefined, bearer));
    const secret = this.keep('secret of the app', String(begun.body['secret']));
    this.authenticator = new Authenticator(this.app, secret);
    const code = await this.authenticator.code();
    const confirmed = await this.step('confirm app', 200, () => this.post('/v1/me/totp/confirm', { code }, bearer));
    this.keepBackupCodes(confirmed.body['backupCodes'] as string[]);
  }

  /** Signs in by password and a second factor; the first answer is wrong. */
  async loginWithCode({ email: identifier, password }: Person): Promise<SignedIn> {
    const asked = await this.step('login, two factors', 200, () =>
      this.post('/v1/auth/login', { identifier, password }),
    );
    const challengeId = this.keepChallenge(asked.body);
    await this.step('wrong code', 401, () => this.answer(challengeId, 'totp', '000000'));
    const code = await this.authenticator.nextCode();
    return this.signedInBy(await this.step('right code', 200, () => this.answer(challengeId, 'totp', code)));
  }

  /** Steps up: with a wrong password, then with the right one and a backup code. */
  async stepUp({ password }: Person, bearer: string): Promise<SignedIn> {
    const wrong = this.keep('wrong password', 'a lantern of somebody else');
    await this.step('step up, wrong', 403, () => this.post('/v1/auth/step-up', { password: wrong }, bearer));
    const asked = await this.step('step up', 200, () => this.post('/v1/auth/step-up', { password }, bearer));
    const challengeId = this.keepChallenge(asked.body);
    const code = this.backupCodes[0]!;
    const body = { challengeId, method: 'backup_code', code };
    return this.signedInBy(await this.step('backup code', 200, () => this.post('/v1/auth/mfa/verify', body, bearer)));
  }

  async renewBackupCodes(bearer: string): Promise<void> {
    const renewed = await this.step('renew codes', 200, () => this.post('/v1/me/backup-codes', {}, bearer));
    this.keepBackupCodes(renewed.body['backupCodes'] as string[]);
  }

  /** Adds a passkey, names it, signs in by it and removes it. */
  async usePasskey(bearer: string): Promise<void> {
    const as = { bearer };
    const made = await this.post('/v1/me/passkeys/options', undefined, bearer);
    const response = this.passkey.create((made.body as unknown as Options).publicKey);
    const added = await this.step('add passkey', 201, () => this.post('/v1/me/passkeys', { response }, bearer));
    const path = `/v1/me/passkeys/${(added.body['passkey'] as Passkey).id}`;
    await this.step('name passkey', 200, () => this.app.api.patch(path, { name: 'Laptop' }, as));
    const asked = await this.post('/v1/auth/passkey/options', {});
    const proof = { response: this.passkey.get((asked.body as unknown as Options).publicKey) };
    this.signedInBy(await this.step('passkey', 200, () => this.post('/v1/auth/passkey/verify', proof)));
    await this.step('remove passkey', 204, () => this.app.api.delete(path, undefined, as));
  }

  /** Asks for a mail to sign in with, and types its code wrong; then right, up to the second factor. */
  async signInByMail({ email }: Person): Promise<void> {
    const asked = await this.step('ask for link', 202, () => this.post('/v1/auth/magic-link', { email }));
    const { requestId, binding } = asked.body as { requestId: string; binding: string };
    this.keep('binding', binding);
    const mail = await this.app.mailbox.waitFor(email, 'magicLink');
    const code = this.keep('mailed code', codeIn(mail));
    this.keep('mailed code, unbroken', code.replace('-', ''));
    const redeem = (typed: string): Promise<Answer<Body>> =>
      this.post('/v1/auth/magic-link/redeem', { requestId, code: typed });
    await this.step('wrong mailed code', 401, () => redeem('AAAA-AAAA'));
    const opened = await this.step('mailed code', 200, () => redeem(code));
    this.keepChallenge(opened.body);
  }

  /** An administrator invites somebody, sends the mail again, and withdraws another invite. */
  async invite(bearer: string): Promise<void> {
    const guest = someone('guest');
    const path = '/v1/admin/invites';
    const made = await this.step('invite', 201, () => this.post(path, { email: guest.email }, bearer));
    await this.app.mailbox.waitFor(guest.email, 'invite');
    const resend = `${path}/${String(made.body['id'])}/resend`;
    await this.step('invite again', 200, () => this.post(resend, undefined, bearer));
    const { token } = await this.app.mailbox.waitFor(guest.email, 'invite', 2);
    const password = this.keep('password', guest.password);
    await this.step('accept', 201, () => this.post('/v1/auth/invites/accept', { token, password }));
    const invitation = { email: someone('guest').email };
    const other = await this.step('invite another', 201, () => this.post(path, invitation, bearer));
    const withdraw = `${path}/${String(other.body['id'])}`;
    await this.step('withdraw', 204, () => this.app.api.delete(withdraw, undefined, { bearer }));
  }

  /** An administrator begins a reset, stops it and begins again; the owner finishes it a day later. */
  async loseFactors({ email, password }: Person, id: string, bearer: string): Promise<void> {
    const path = `/v1/admin/users/${id}/factors/reset`;
    await this.step('reset factors', 202, () => this.post(path, undefined, bearer));
    await this.app.mailbox.waitFor(email, 'factorReset');
    await this.step('stop reset', 204, () => this.app.api.delete(path, undefined, { bearer }));
    await this.step('reset factors again', 202, () => this.post(path, undefined, bearer));
    const { token } = await this.app.mailbox.waitFor(email, 'factorReset', 2);
    await takeEffect(this.app);
    const recover = (typed: string): Promise<Answer<Body>> =>
      this.post('/v1/auth/recovery', { token, password: typed });
    const wrong = this.keep('wrong password', 'another lantern of somebody else');
    await this.step('recover, wrong', 401, () => recover(wrong));
    this.signedInBy(await this.step('recover', 200, () => recover(password)));
  }

  /** Somebody who may do all this to others. */
  async administrator(): Promise<string> {
    const root = await this.register('root');
    await promote(this.app, root);
    return (await this.login('login of admin', root.email, root.password)).accessToken;
  }

  private answer(challengeId: string, method: string, code: string): Promise<Answer<Body>> {
    return this.post('/v1/auth/mfa/verify', { challengeId, method, code });
  }

  private keepChallenge(body: Body): string {
    return this.keep('challenge', (body['challenge'] as { id: string }).id);
  }

  private signedInBy({ body }: Answer<Body>): SignedIn {
    return this.keepTokens(body as unknown as SignedIn);
  }
}
