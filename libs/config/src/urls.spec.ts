import { isUrlOf } from './urls.js';

const postgres = ['postgres', 'postgresql'];
const redis = ['redis', 'rediss'];

describe('a database URL', () => {
  it.each([
    'postgres://user:pw@127.0.0.1:5432/db',
    'postgresql://user@[::1]:5432/db',
    'postgres://user:p%40s%2Fs%3Aw%23@db_host.internal/db?sslmode=verify-full',
    'postgres://user:a:b@host/db',
    'postgres://user:pw@/db?host=/run/postgresql',
    'postgres:///db?host=/tmp',
    'postgres://user:pw@%2Frun%2Fpostgresql/db',
    'postgres://host',
  ])('may be %s', (url) => {
    expect(isUrlOf(url, postgres)).toBe(true);
  });

  it.each([
    'mysql://user@host/db',
    'host/db',
    'postgres:',
    'postgres://',
    'postgres://user:pw@/db',
    'postgres://user:p#w@host/db',
    'postgres://user:p/w@host/db',
    'postgres://host:99999/db',
    'postgres://ho st/db',
    '',
  ])('may not be %s', (url) => {
    expect(isUrlOf(url, postgres)).toBe(false);
  });
});

describe('a Redis URL', () => {
  it.each(['redis://127.0.0.1:6379', 'redis://:p%40ss@redis:6379/2', 'rediss://user:pw@10.0.0.7', 'redis://[::1]'])(
    'may be %s',
    (url) => {
      expect(isUrlOf(url, redis)).toBe(true);
    },
  );

  it.each(['127.0.0.1:6379', 'http://redis', 'redis://', 'redis:///run/redis.sock'])('may not be %s', (url) => {
    expect(isUrlOf(url, redis)).toBe(false);
  });
});
