import { createServer } from 'node:net';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { OpenApiCheck } from '../support/openapi.js';
import type { OpenApiDocument } from '../support/openapi-schemas.js';
import { type RunningApi, startApi } from './support/api-app.js';
import { call } from './support/calls.js';

type Operation = OpenApiDocument['paths'][string][string] & {
  readonly security?: unknown[];
  readonly operationId?: string;
};

let database: TestDatabase;
let api: RunningApi;
let document: OpenApiDocument & { readonly openapi: string };

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
  document = (await call(api.url, '/openapi.json')).json as unknown as typeof document;
});
afterAll(async () => {
  await api.app.close();
  await database.drop();
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );

describe('the document', () => {
  it('is OpenAPI 3.1 and covers /v1 and /health alone', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).filter((path) => !/^\/(v1|health)(\/|$)/.test(path))).toEqual([]);
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/health', '/health/ready', '/v1/auth/login']));
  });

  it('says of every operation who may call it, and answers 401 exactly where somebody must be signed in', () => {
    for (const [name, operation] of operations()) {
      const open = operation.security?.length === 0;
      if (!open) expect([name, operation.security]).toEqual([name, [{ bearer: [] }, { cookie: [] }]]);
      if (!open)
        expect([name, operation.responses]).toEqual([name, expect.objectContaining({ 401: expect.anything() })]);
    }
  });

  it('keeps the names of its operations apart and its own notes to itself', () => {
    const names = operations().map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(document)).not.toContain('x-access');
  });

  it('describes every answer that has a body', () => {
    const vague = operations().flatMap(([name, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content ?? {}).some(({ schema }) => !schema || Object.keys(schema).length === 0)
          ? [`${name} ${status}`]
          : [],
      ),
    );
    expect(vague).toEqual([]);
  });

  it('refers to nothing that it lacks', () => {
    const wanted = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(wanted.filter((name) => !(name && name in (document.components?.schemas ?? {})))).toEqual([]);
  });
});

describe('Swagger UI', () => {
  it('is served from here, under a policy that lets nothing else in', async () => {
    const page = await call(api.url, '/docs');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.body).not.toMatch(/https?:|<script>/);
    for (const [, file] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await call(api.url, String(file))).status).toBe(200);
    }
  });
});

describe('in production', () => {
  const onlyForOperators = ['/metrics', '/docs', '/openapi.json'];

  it('metrics and documentation answer on the management port alone', async () => {
    const port = await freePort();
    const production = await startApi(database.url, {
      GATEHOUSE_ENV: 'production',
      GATEHOUSE_HIBP_URL: 'off',
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_MANAGEMENT_PORT: String(port),
    });
    const management = `http://127.0.0.1:${port}`;
    for (const path of onlyForOperators) {
      expect((await call(production.url, path)).status).toBe(404);
      expect((await call(management, path)).status).toBe(200);
    }
    const client = new ApiClient(production.url, { documentUrl: management });
    expect((await client.get('/health/live')).status).toBe(200);
    expect((await call(management, '/v1/me')).status).toBe(404);
    await production.app.close();
    await expect(call(management, '/metrics')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('metrics', () => {
  it('time requests by the template of their route, and unknown paths under one label', async () => {
    await call(api.url, '/health/live');
    await call(api.url, '/nothing/at/all');
    const { body, headers } = await call(api.url, '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toMatch(
      /gatehouse_http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\}/,
    );
    expect(body).toMatch(/gatehouse_http_request_duration_seconds_count\{method="GET",route="\(none\)",status="404"\}/);
    expect(body).toMatch(/^gatehouse_database_pool_connections\{state="idle"\} \d/m);
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });
});

describe('the check of answers', () => {
  const judge = new OpenApiCheck({
    paths: {
      '/v1/things/{id}': {
        get: {
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: {
                    allOf: [{ $ref: '#/components/schemas/Named' }, { properties: { size: { type: 'integer' } } }],
                  },
                },
              },
            },
            204: {},
          },
        },
      },
    },
    components: {
      schemas: { Named: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
    },
  });
  const answer = {
    method: 'GET',
    path: '/v1/things/7',
    status: 200,
    contentType: 'application/json',
    body: {} as unknown,
  };

  it('passes what is documented', () => {
    expect(() => judge.expect({ ...answer, body: { name: 'a', size: 1 } })).not.toThrow();
    expect(() => judge.expect({ ...answer, status: 204, contentType: null, body: undefined })).not.toThrow();
    expect(() => judge.expect({ ...answer, path: '/link/verify/x', status: 418 })).not.toThrow();
  });

  it.each([
    ['an undeclared member', { body: { name: 'a', secret: 1 } }, /undeclared: secret/],
    ['a wrong type', { body: { name: 1 } }, /must be string/],
    ['a missing member', { body: {} }, /required property 'name'/],
    ['an unknown status', { status: 409 }, /status not documented/],
    ['an unknown path', { path: '/v1/other' }, /path not documented/],
    ['an unknown method', { method: 'PUT' }, /method not documented/],
    ['another content type', { contentType: 'text/html', body: 'x' }, /content type text\/html/],
    ['a body where none is documented', { status: 204, body: 'x' }, /documented: no body/],
    ['no body where one is documented', { body: undefined }, /no body/],
  ])('finds %s', (_, change, message) => {
    expect(() => judge.expect({ ...answer, ...change })).toThrow(message);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
