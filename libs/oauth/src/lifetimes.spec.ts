import { accessTokenLifetime, type Lifetimes, refreshTokenLifetime } from './lifetimes.js';

const all: Lifetimes = {
  authorizationCode: 60,
  jwtAccessToken: 300,
  opaqueAccessToken: 3600,
  refreshTokenIdle: 1000,
  refreshToken: 5000,
};
const api = 'https://api.example.test/';

describe('the lifetime of an access token', () => {
  it.each([
    ['the installation’s for an opaque one', {}, {}, 3600],
    ['the installation’s for a JWT', {}, { resource: api }, 300],
    ['the client’s, shorter', { access_token_lifetime: 60 }, {}, 60],
    ['the client’s, longer', { access_token_lifetime: 7200 }, {}, 7200],
    ['a day at most', { access_token_lifetime: 90_000 }, {}, 86_400],
    ['the client’s for a JWT where it is shorter', { access_token_lifetime: 60 }, { resource: api }, 60],
    ['never longer for a JWT than the installation’s', { access_token_lifetime: 7200 }, { resource: api }, 300],
    [
      'the resource’s before the client’s',
      { access_token_lifetime: 60, resource_lifetimes: { [api]: 120 } },
      { resource: api },
      120,
    ],
    [
      'never longer for a resource than the installation’s',
      { resource_lifetimes: { [api]: 900 } },
      { resource: api },
      300,
    ],
    ['the client’s where only another resource has one', { resource_lifetimes: { other: 9 } }, { resource: api }, 300],
    ['what is left of the session', {}, { sessionLeft: 100.9 }, 100],
    ['what is left of the session, for a JWT', {}, { resource: api, sessionLeft: 40 }, 40],
    ['a second where the session is over', {}, { sessionLeft: -5 }, 1],
  ])('is %s', (_, client, place, seconds) => {
    expect(accessTokenLifetime(all, client, place)).toBe(seconds);
  });
});

describe('the lifetime of a refresh token', () => {
  it.each([
    ['the installation’s while it is not used', {}, {}, 1000],
    ['what is left of the family', {}, { age: 4600 }, 400],
    ['a second where nothing is left', {}, { age: 6000 }, 1],
    ['the client’s', { refresh_token_idle_lifetime: 2000 }, {}, 2000],
    [
      'the client’s until its family ends',
      { refresh_token_idle_lifetime: 2000, refresh_token_lifetime: 1500 },
      {},
      1500,
    ],
    ['what is left of the client’s family', { refresh_token_lifetime: 1500 }, { age: 1000 }, 500],
    ['what is left of the session', {}, { sessionLeft: 700 }, 700],
  ])('is %s', (_, client, place, seconds) => {
    expect(refreshTokenLifetime(all, client, place)).toBe(seconds);
  });
});
