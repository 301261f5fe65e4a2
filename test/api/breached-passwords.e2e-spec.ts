import { createHash } from 'node:crypto';
import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { BreachServer, type Trouble } from '../support/breach-server.js';
import { accepted, arrive, type ProblemBody, refusal, someone, type Visit } from '../support/people.js';

const breached = '400 credentials.password_breached';
const hashOf = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase();

describe(`passwords known from breaches, queue on ${queueBackend}`, () => {
  let app: App;
  let service: BreachServer;
  let ada: Visit;
  let known: string;
  let made = 0;

  beforeAll(async () => {
    service = await BreachServer.start();
    known = service.knows('correct horse battery staple');
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_HIBP_URL: service.url } });
    ada = await arrive(app);
  });

  beforeEach(async () => {
    await service.down();
    await service.up();
    service.requests.length = 0;
  });

  afterAll(async () => {
    await service.down();
    await app.stop();
  });

  const fresh = (): string => `meadow lantern hollow ${++made}`;
  const register = (password: string): Promise<Answer<object>> =>
    app.api.post('/v1/auth/register', someone('new', { password }));
  const checks = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const line = new RegExp(`^gatehouse_breached_password_checks_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm');
    return Number(line.exec(text)?.[1]);
  };
  const warnings = (): string[] => app.logLines.filter((line) => line.includes('was not held against known breaches'));

  it('cannot be chosen: at registration, for a change, for a reset', async () => {
    const before = await checks('breached');
    const answer = await register(known);
    expect(refusal(answer)).toBe(breached);
    expect((answer.body as ProblemBody).errors).toMatchObject([{ code: 'credentials.password_breached' }]);
    const change = { currentPassword: ada.password, newPassword: known };
    expect(refusal(await ada.api.post('/v1/me/password', change))).toBe(breached);
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    const reset = (newPassword: string): Promise<Answer<object>> =>
      app.api.post('/v1/auth/password/reset', { token, newPassword });
    expect(refusal(await reset(known))).toBe(breached);
    expect(await checks('breached')).toBe(before + 3);
    accepted(await reset(fresh()), 204);
  });

  it('are asked for by five digits of their hash, and the length of the answer tells no more', async () => {
    const password = fresh();
    const before = await checks('clear');
    accepted(await register(password), 202);
    expect(await checks('clear')).toBe(before + 1);
    expect(service.requests).toHaveLength(1);
    const [{ method, path, headers } = service.requests[0]!] = service.requests;
    expect([method, path]).toEqual(['GET', `/range/${hashOf(password).slice(0, 5)}`]);
    expect(headers['add-padding']).toBe('true');
    expect(JSON.stringify(headers).toUpperCase()).not.toContain(hashOf(password).slice(5, 15));
  });

  it('are compared in the form of characters that is hashed', async () => {
    service.knows('caf\u00e9 by the harbour'.normalize('NFC'));
    expect(refusal(await register('cafe\u0301 by the harbour'))).toBe(breached);
  });

  it('are not those that an answer is padded with', async () => {
    const password = service.knows(fresh(), 0);
    accepted(await register(password), 202);
    expect(service.requests).toHaveLength(1);
  });

  it('are not asked for where the rules refuse a password anyway', async () => {
    for (const password of ['too short', 'password1234567!', 'x'.repeat(300)]) {
      expect((await register(password)).status).toBe(400);
    }
    expect(service.requests).toEqual([]);
  });

  const letThrough = async (reason: RegExp): Promise<void> => {
    const [failed, warned] = [await checks('failed'), warnings().length];
    const password = service.knows(fresh());
    const began = Date.now();
    accepted(await register(password), 202);
    expect(Date.now() - began).toBeLessThan(4000);
    expect(await checks('failed')).toBe(failed + 1);
    const [warning, ...others] = warnings().slice(warned);
    expect(others).toEqual([]);
    expect(warning).toMatch(reason);
    expect(JSON.parse(warning!)).toMatchObject({ level: 'warn', context: 'BreachedPasswords' });
    expect(warning).not.toContain(hashOf(password).slice(0, 5));
  };

  it.each<[Trouble, RegExp]>([
    ['unavailable', /status 503/],
    ['error page', /an answer that is no range/],
    ['endless', /an answer too long|an answer that is no range/],
    ['silent', /TimeoutError/],
  ])('stop nobody where the service is %s: it is let through, warned of and counted', async (trouble, reason) => {
    service.trouble = trouble;
    await letThrough(reason);
  });

  it('stop nobody where the service is down: it is let through, warned of and counted', async () => {
    await service.down();
    await letThrough(/ECONNREFUSED/);
  });
});
