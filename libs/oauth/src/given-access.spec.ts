import { type GivenAccess } from './given-access.repository.js';
import { accessByClient } from './given-access.service.js';

const day = (date: number): Date => new Date(Date.UTC(2026, 0, date));
const consent = (scopes: string[], more: Partial<GivenAccess> = {}): GivenAccess => ({
  clientId: 'mail',
  clientName: 'Mail',
  firstParty: false,
  granted: { scopes, claims: [], resources: {} },
  payload: null,
  issuer: null,
  createdAt: day(1),
  lastUsedAt: null,
  sessionId: null,
  ...more,
});
const grant = (scope: string, more: Partial<GivenAccess> = {}): GivenAccess => ({
  ...consent([]),
  granted: null,
  payload: { openid: { scope } },
  issuer: 'oidc',
  ...more,
});

describe('what an application may do', () => {
  it('is all that its consent and its grants say, since the first of them, used when the last was', () => {
    const access = accessByClient([
      consent(['openid', 'email']),
      grant('openid phone', { createdAt: day(2), lastUsedAt: day(5), sessionId: 'one' }),
      grant('openid', { createdAt: day(3), lastUsedAt: day(4), sessionId: 'two' }),
    ]);
    expect(access).toMatchObject([
      {
        granted: { scopes: ['openid', 'email', 'phone'] },
        since: day(1),
        lastUsedAt: day(5),
        sessionIds: ['one', 'two'],
        offline: false,
      },
    ]);
  });

  it('names the scopes of each resource', () => {
    const payload = { resources: { 'https://api.example.test/': 'read write' } };
    const [access] = accessByClient([grant('', { payload, sessionId: 'one' })]);
    expect(access?.granted.resources).toEqual({ 'https://api.example.test/': ['read', 'write'] });
  });

  it('is over with the session where it keeps nothing past it', () => {
    expect(accessByClient([grant('openid')])).toEqual([]);
    expect(accessByClient([grant('openid offline_access')])).toMatchObject([{ offline: true }]);
    expect(accessByClient([grant('me', { issuer: 'indieauth' })])).toMatchObject([{ offline: true }]);
  });

  it('keeps the id of an application to what an address may hold', () => {
    const [access] = accessByClient([consent(['openid'], { clientId: 'https://app.example.test/?a=b#c' })]);
    expect(access?.id).toMatch(/^[\w-]{43}$/);
  });
});
