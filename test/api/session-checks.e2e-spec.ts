import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AccessTokens, SigningKeys } from '@app/tokens';
import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, type Person, refusal, registerAndVerify, signIn, someone } from '../support/people.js';

type Part = Record<string, unknown>;

const encoded = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = (part: string): Part => JSON.parse(Buffer.from(part, 'base64url').toString()) as Part;

/** A token with any header, claims and key. */
function forge(header: Part, claims: Part, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

describe(`session checks, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await registerAndVerify(app, someone('ada'));
  });

  afterAll(() => app.stop());

  const check = async (bearer: string): Promise<string> => refusal(await app.api.as(bearer).get('/v1/me'));
  const refused = '401 http.unauthenticated';

  it('refuse who sends nothing, and say how to', async () => {
    const answer = await app.api.get('/v1/me');
    expect(refusal(answer)).toBe(refused);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuse a token that is altered, cut or none', async () => {
    const { accessToken } = await signIn(app, ada);
    accepted(await app.api.as(accessToken).get('/v1/me'), 200);
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const token of [
      'x',
      'a.b.c',
      `${header}.${claims}`,
      `${header}.${claims}.`,
      `${header}.${claims}.${other}`,
      `${header}.${encoded({ ...decoded(claims), roles: ['admin'] })}.${signature}`,
      `${accessToken}.x`,
      'x'.repeat(9000),
    ]) {
      expect(await check(token)).toBe(refused);
    }
    const answer = await app.api.as('x').get('/v1/me');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  describe('of forged tokens', () => {
    let header: Part;
    let claims: Part;
    let ours: KeyObject;
    let foreign: KeyObject;

    beforeAll(async () => {
      const { accessToken } = await signIn(app, ada);
      [header, claims] = accessToken.split('.').slice(0, 2).map(decoded) as [Part, Part];
      ours = app.get(SigningKeys).current().privateKey;
      foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    });

    it('accept what our key signs, so that the refusals below are about what they name', async () => {
      accepted(await app.api.as(forge(header, claims, ours)).get('/v1/me'), 200);
    });

    it('refuse the signature of a foreign key, under our key id or its own', async () => {
      expect(await check(forge({ ...header, kid: 'foreign' }, claims, foreign))).toBe(refused);
      expect(await check(forge(header, claims, foreign))).toBe(refused);
    });

    it('refuse a key that the token brings along', async () => {
      const jwk = foreign.export({ format: 'jwk' });
      expect(await check(forge({ ...header, jwk }, claims, foreign))).toBe(refused);
      expect(await check(forge({ alg: 'ES256', typ: 'at+jwt', jwk }, claims, foreign))).toBe(refused);
    });

    it('refuse alg none', async () => {
      for (const alg of ['none', 'None', 'NONE']) {
        expect(await check(`${encoded({ ...header, alg })}.${encoded(claims)}.`)).toBe(refused);
      }
    });

    it('refuse an HMAC keyed with the public key', async () => {
      const [jwk] = app.get(SigningKeys).jwks().keys;
      const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
      const mac = createHmac('sha256', JSON.stringify(jwk)).update(text).digest('base64url');
      expect(await check(`${text}.${mac}`)).toBe(refused);
    });

    it.each<[string, Part]>([
      ['no type', { typ: undefined }],
      ['the type of an ID token', { typ: 'JWT' }],
      ['no key id', { kid: undefined }],
      ['an unknown key id', { kid: 'nobody' }],
    ])('refuse %s', async (_, change) => {
      expect(await check(forge({ ...header, ...change }, claims, ours))).toBe(refused);
    });

    it.each<[string, () => Part]>([
      ['another audience', () => ({ aud: `${app.url}/v1/vault` })],
      ['no audience', () => ({ aud: undefined })],
      ['another issuer', () => ({ iss: 'https://elsewhere.example' })],
      ['no session', () => ({ sid: undefined })],
      ['an unknown session', () => ({ sid: '00000000-0000-4000-8000-000000000000' })],
      ['no expiry', () => ({ exp: undefined })],
      ['a time before it is valid', () => ({ nbf: Math.floor(Date.now() / 1000) + 3600 })],
    ])('refuse %s', async (_, change) => {
      expect(await check(forge(header, { ...claims, ...change() }, ours))).toBe(refused);
    });
  });

  it('let an Authorization header win over a cookie', async () => {
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    const { email: identifier, password } = ada;
    accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
    accepted(await browser.get('/v1/me'), 200);
    expect(refusal(await browser.as('x').get('/v1/me'))).toBe(refused);
    expect(refusal(await browser.get('/v1/me', { headers: { authorization: 'Basic eDp5' } }))).toBe(refused);
  });

  it.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}%`])('refuse the cookie %j', async (value) => {
    const jar = new CookieJar();
    jar.set('__Host-gatehouse-session', value);
    expect(refusal(await app.api.withCookies(jar).get('/v1/me'))).toBe(refused);
  });

  it('judge the expiry of a token by the database, to the second', async () => {
    const { accessToken, refreshToken } = await signIn(app, ada);
    await app.pass(app.get(AccessTokens).expiresIn - 5);
    accepted(await app.api.as(accessToken).get('/v1/me'), 200);
    await app.pass(6);
    expect(await check(accessToken)).toBe(refused);
    const renewed = await app.api.post<{ accessToken: string }>('/v1/auth/refresh', { refreshToken });
    accepted(await app.api.as(accepted(renewed, 200).accessToken).get('/v1/me'), 200);
  });
});
