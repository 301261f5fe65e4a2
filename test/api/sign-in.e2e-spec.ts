import { type Answer, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  type Person,
  refusal,
  registerAndVerify,
  type SignedIn,
  signIn,
  someone,
} from '../support/people.js';

const sessionCookie = '__Host-gatehouse-session';

describe(`signing in, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await registerAndVerify(app, someone('Ada', { username: 'Ada-L' }));
  });

  afterAll(() => app.stop());

  const login = (identifier: string, password: string, more: object = {}): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/login', { identifier, password, ...more });

  it.each([
    ['the address', () => ada.email],
    ['the address in another case', () => ada.email.toUpperCase()],
    ['the user name', () => 'Ada-L'],
    ['the user name in another case', () => 'aDA-l'],
  ])('works with %s', async (_, identifier) => {
    const { accessToken, refreshToken, ...rest } = accepted(await login(identifier(), ada.password), 200);
    expect(rest).toEqual({
      status: 'authenticated',
      tokenType: 'Bearer',
      expiresIn: 300,
      session: { id: expect.any(String), authTime: expect.any(String), expiresAt: expect.any(String) },
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(refreshToken).toMatch(/^[0-9a-f-]{36}\.[\w-]{43}$/);
    const current = await app.api.as(accessToken).get('/v1/me/sessions/current');
    expect(current.body).toMatchObject({
      id: rest.session.id,
      carrier: 'bearer',
      roles: [],
      amr: ['pwd'],
      acr: 'urn:gatehouse:acr:1fa',
      authTime: rest.session.authTime,
    });
  });

  it('hands out an RFC 9068 access token', async () => {
    const { accessToken, session } = await signIn(app, ada);
    const [header, claims] = accessToken
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claims).toMatchObject({
      iss: app.url,
      aud: `${app.url}/v1`,
      client_id: 'gatehouse',
      sid: session.id,
      acr: 'urn:gatehouse:acr:1fa',
      amr: ['pwd'],
      jti: expect.any(String),
    });
    expect(Number(claims?.['exp']) - Number(claims?.['iat'])).toBe(300);
  });

  it('opens a new session each time', async () => {
    const [first, second] = [await signIn(app, ada), await signIn(app, ada)];
    expect(second.session.id).not.toBe(first.session.id);
    expect(second.refreshToken.slice(0, 36)).not.toBe(first.refreshToken.slice(0, 36));
  });

  it('answers the same to a wrong password, an unknown person, an unverified and a disabled one', async () => {
    const unverified = someone('unverified');
    accepted(await app.api.post('/v1/auth/register', unverified), 202);
    await app.mailbox.waitFor(unverified.email, 'verification');
    const disabled = await registerAndVerify(app, someone('disabled'));
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [disabled.email]);

    const answers = [
      await login(ada.email, 'not the password of ada'),
      await login('Ada-L', 'not the password of ada'),
      await login('nobody@example.test', ada.password),
      await login('nobody', ada.password),
      await login('not an address@', ada.password),
      await login(unverified.email, unverified.password),
      await login(disabled.email, disabled.password),
    ];
    const [first, ...others] = answers.map(({ status, body }) => ({ status, body: { ...body, requestId: '' } }));
    expect(first).toMatchObject({ status: 401, body: { code: 'authentication.credentials_wrong' } });
    for (const other of others) expect(other).toEqual(first);
  });

  it('compares the password exactly as typed, but for the form of its characters', async () => {
    const person = await registerAndVerify(app, someone('exact', { password: ' Crème brûlée pour tous ' }));
    const refused = [' crème brûlée pour tous ', 'Crème brûlée pour tous', ' Creme brulee pour tous '];
    for (const password of refused) expect((await login(person.email, password)).status).toBe(401);
    accepted(await login(person.email, person.password.normalize('NFD')), 200);
  });

  it.each([
    ['a password of 10,000 characters', { password: 'x'.repeat(10_000) }],
    ['no password', { password: undefined }],
    ['an identifier that is no text', { identifier: ['a'] }],
    ['an unknown delivery', { delivery: 'pigeon' }],
    ['null as delivery', { delivery: null }],
    ['an unknown member', { remember: true }],
  ])('refuses %s without hashing', async (_, change) => {
    const { result, hashes } = await app.statements.during(() => login(ada.email, ada.password, change));
    expect(refusal(result)).toBe('400 http.invalid_input');
    expect(hashes).toBe(0);
  });

  it('hands the session to a cookie where that is asked for, and keeps every token to itself', async () => {
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    const { email: identifier, password } = ada;
    const answer = await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' });
    expect(Object.keys(accepted(answer, 200)).sort()).toEqual(['session', 'status']);

    const [device = '', line = '', ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(device).toMatch(/^__Host-gatehouse-device=/);
    const [pair = '', ...attributes] = line.split('; ');
    expect(pair).toMatch(new RegExp(`^${sessionCookie}=[\\w-]{43}$`));
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax', 'Secure']);

    const current = accepted(await browser.get('/v1/me/sessions/current'), 200);
    expect(current).toMatchObject({ carrier: 'cookie', amr: ['pwd'] });
    accepted(await browser.post('/v1/auth/logout', {}), 204);
    expect(jar.get(sessionCookie)).toBeUndefined();
    jar.set(sessionCookie, pair.slice(sessionCookie.length + 1));
    expect(refusal(await browser.get('/v1/me/sessions/current'))).toBe('401 http.unauthenticated');
  });

  it('gives a cookie session no refresh tokens', async () => {
    const before = await app.sql('SELECT 1 FROM refresh_families');
    accepted(await login(ada.email, ada.password, { delivery: 'cookie' }), 200);
    expect(await app.sql('SELECT 1 FROM refresh_families')).toHaveLength(before.length);
  });

  it('hashes a password again at the first sign-in after the parameters changed, and only then', async () => {
    const person = await registerAndVerify(app, someone('rehash'));
    const stored = async (): Promise<string> => {
      const [row] = await app.sql<{ hash: string }>(
        'SELECT hash FROM password_credentials p JOIN users u ON u.id = p.user_id WHERE u.email = $1',
        [person.email],
      );
      return row!.hash;
    };
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    const settings = { GATEHOUSE_ARGON2_MEMORY_KIB: '128', GATEHOUSE_ARGON2_TIME_COST: '2' };
    const stronger = await startApp({ queue: queueBackend, settings, beside: app });
    try {
      const wrong = { identifier: person.email, password: 'not the password of hers' };
      expect((await stronger.api.post('/v1/auth/login', wrong)).status).toBe(401);
      expect(await stored()).toContain('m=64,t=1');
      await signIn(stronger, person);
      const rehashed = await stored();
      expect(rehashed).toMatch(/^\$argon2id\$v=19\$m=128,t=2,p=1\$/);
      await signIn(stronger, person);
      expect(await stored()).toBe(rehashed);
    } finally {
      await stronger.stop();
    }
  });

  // Last: time does not go back.
  it('takes a password for as long as nobody changes it, and asks for no other after years', async () => {
    await app.pass(10 * 365 * 86_400);
    expect(accepted(await login(ada.email, ada.password), 200)).toMatchObject({ status: 'authenticated' });
  });
});
