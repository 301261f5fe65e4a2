import { request } from 'node:http';
import type { Config } from '@app/config';
import { EmailHttpModule } from '@app/email/http';
import { PagesHttpModule } from '@app/pages/http';
import { emptyRedisOf } from '../support/redis.js';
import { MailSystem } from './support/mail-system.js';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** fetch() would not let us choose the Host header. */
function get(port: number, headers: Record<string, string>, path = '/dev/mail'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

const json = { accept: 'application/json' };

/** As loadConfig() gives it for the embedded database without SMTP, or (false) everywhere else. */
const inboxConfig =
  (devInbox: boolean) =>
  (config: Config): Config => ({ ...config, mail: { ...config.mail, smtp: undefined, devInbox } });

const imports = [EmailHttpModule, PagesHttpModule];

describe(`the dev inbox, queue on ${queueBackend}`, () => {
  let system: MailSystem;
  let port: number;

  beforeAll(async () => {
    system = await MailSystem.start({
      redisUrl: await emptyRedisOf(queueBackend),
      change: inboxConfig(true),
      imports,
      composers: {
        hostile: {
          compose: async () => ({
            subject: '<script>alert(1)</script>',
            text: 'See https://id.example.test/link/x and javascript:alert(2)',
            html: '<p>"quoted"</p><script>alert(3)</script>',
          }),
        },
      },
    });
    port = await system.listen();
  });

  afterAll(async () => {
    await system.stop();
    await system.database.drop();
  });

  it('shows what would have been sent, newest first', async () => {
    expect(JSON.parse((await get(port, json)).body)).toEqual({ items: [] });
    const first = await system.enqueue({ recipient: 'ann@example.test', secret: 'token-1' });
    expect(await system.fate(first)).toBe('sent');
    const second = await system.enqueue({ recipient: 'bob@example.test', secret: 'token-2' });
    expect(await system.fate(second)).toBe('sent');
    const answer = await get(port, { ...json, host: `localhost:${port}` });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('application/json') },
    });
    const { items } = JSON.parse(answer.body) as { items: Record<string, unknown>[] };
    expect(items).toMatchObject([
      {
        to: 'bob@example.test',
        subject: 'Test plain',
        text: expect.stringContaining('token-2'),
        html: expect.stringContaining('token-2'),
        messageId: `<${second}@id.example.test>`,
        headers: {
          'auto-submitted': 'auto-generated',
          'message-id': `<${second}@id.example.test>`,
          subject: 'Test plain',
        },
      },
      { to: 'ann@example.test' },
    ]);
    expect(Object.keys(items[0]!).sort()).toEqual(['headers', 'html', 'id', 'messageId', 'subject', 'text', 'to']);
  });

  it('is a page in browsers, in which a mail can do nothing', async () => {
    const id = await system.enqueue({ kind: 'hostile', recipient: 'eve@example.test' });
    expect(await system.fate(id)).toBe('sent');
    const { status, headers, body } = await get(port, { accept: 'text/html,*/*' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/script-src/);
    expect(body).not.toContain('<script');
    expect(body).toContain('href="https://id.example.test/link/x"');
    expect(body).not.toContain('href="javascript');
    expect(body).toMatch(/<iframe[^>]* sandbox="(?![^"]*allow-(scripts|same-origin))[^"]*"/);
  });

  it.each(['evil.example.test', 'localhost.example.test', '192.0.2.1:3000', 'evil@localhost'])(
    'is not there for the Host %s',
    async (host) => {
      const answer = await get(port, { ...json, host });
      const unknown = await get(port, { ...json, host }, '/dev/nothing');
      expect(answer.status).toBe(unknown.status);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect({ ...JSON.parse(answer.body), requestId: '' }).toEqual({ ...JSON.parse(unknown.body), requestId: '' });
    },
  );

  it('is not there unless the configuration says so', async () => {
    const other = await MailSystem.start({ database: system.database, change: inboxConfig(false), imports });
    try {
      const answer = await get(await other.listen(), json);
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'http.route_not_found' });
    } finally {
      await other.stop();
    }
  });
});
