import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LimitsConfig } from '@app/config';
import { assertAcceptable } from '../../libs/credentials/src/password-policy.js';
import { limitRules } from '../../libs/limits/src/limit-rules.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import type { OpenApiDocument } from '../support/openapi-schemas.js';
import { type RunningApi, startApi } from './support/api-app.js';
import { call } from './support/calls.js';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'authentication.md'), 'utf8');

describe('docs/authentication.md', () => {
  let database: TestDatabase;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(database.url);
  });

  afterAll(async () => {
    await api.app.close();
    await database.drop();
  });

  it('lists every request that can end in a session', async () => {
    const { paths } = (await call(api.url, '/openapi.json')).json as unknown as OpenApiDocument;
    const signsIn = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { responses }]) => JSON.stringify(responses['200'] ?? {}).includes('schemas/MfaRequiredDto'))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const listed = [...page.matchAll(/^\|[^|]+\| `(\w+ \/v1\/[^`]+)` \|/gm)].map(([, request]) => request);
    expect(listed.sort()).toEqual(signsIn.sort());
  });

  it('is right that there are no hints and no questions: no operation takes or gives any', async () => {
    const document = await call(api.url, '/openapi.json');
    expect(document.body).toContain('"currentPassword"');
    expect(document.body).not.toMatch(/"\w*(hint|question|knowledge)\w*":/i);
  });

  it('lists every limit with what is in force', () => {
    const rules = limitRules({ overrides: new Map() } as unknown as LimitsConfig);
    const listed = [...page.matchAll(/^\| (`\w+\.\w+`(?:, `\w+\.\w+`)*) \| ([^|]+) \|/gm)].flatMap(
      ([, names = '', values = '']) => {
        const written = values.split(',').map((value) => value.trim());
        return names.split(', ').map((name, at) => [name.slice(1, -1), written[at]]);
      },
    );
    const inForce = [...rules].map(([name, { count, seconds }]) => [name, `${count} in ${spoken(seconds)}`]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(inForce));
  });

  it('lists the words that make no password', () => {
    const words = [...page.matchAll(/^\| ([^|]+) \| (`GATEHOUSE_PRODUCT_NAME`|the account) \|$/gm)].map(
      ([, word]) => word,
    );
    expect(words).toHaveLength(3);
    for (const word of ['ada.lovelace', 'gate-keeper', 'Gatehouse']) {
      const built = `${word}-${word}-123`;
      expect(() => assertAcceptable(built, ['ada.lovelace', 'gate-keeper', 'Gatehouse'])).toThrow(
        /this account or product/,
      );
    }
  });

  it('names the lifetimes that are in force', () => {
    const { expiry, idleExpiry, stepUpMaxAge, accessTokenExpiry } = api.config.sessions;
    for (const [setting, seconds] of [
      ['SESSION_EXPIRY', expiry],
      ['SESSION_IDLE_EXPIRY', idleExpiry],
      ['STEP_UP_MAX_AGE', stepUpMaxAge],
      ['ACCESS_TOKEN_EXPIRY', accessTokenExpiry],
    ] as const) {
      expect(page).toMatch(new RegExp(`\\| ${spoken(seconds)} \\| \`GATEHOUSE_${setting}\``));
    }
  });
});

/** As people write it. */
function spoken(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} days`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}
