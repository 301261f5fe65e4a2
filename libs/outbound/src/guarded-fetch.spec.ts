import { NameServer } from '../testing/name-server.js';
import { Site } from '../testing/site.js';
import { asFetch } from './as-fetch.js';
import { FetchRefused } from './fetch-refused.js';
import { type Fetched, type FetchLimits, GuardedFetch } from './guarded-fetch.js';
import { NameResolver } from './name-resolver.js';

const limits: FetchLimits = { accept: ['text/html', 'application/json'], maxBytes: 1000, timeoutMs: 2000 };

describe('a guarded fetch', () => {
  let site: Site;
  let names: NameServer;
  let guarded: GuardedFetch;

  beforeAll(async () => {
    site = await Site.start();
    names = await NameServer.start({
      'app.example.test': { a: ['127.0.0.1'] },
      'other.example.test': { a: ['127.0.0.1'] },
      'inside.example.test': { a: ['127.0.0.2'] },
      'mixed.example.test': { a: ['93.184.216.34', '10.0.0.1'] },
    });
    guarded = fetching(['127.0.0.1/32']);
    site.put('/', { body: '<p>Hello</p>', type: 'Text/HTML; charset=utf-8' });
  });

  afterAll(() => Promise.all([site.stop(), names.stop()]));

  const fetching = (fetchAllow: readonly string[]): GuardedFetch => {
    const config = { fetchAllow, dnsServers: [names.address] };
    return new GuardedFetch(new NameResolver(config), config);
  };
  const at = (path: string, host = 'app.example.test'): string => `http://${host}:${site.port}${path}`;
  const fault = async (fetched: Promise<unknown>): Promise<string> => {
    const error: unknown = await fetched.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return error instanceof FetchRefused ? error.fault : `not refused: ${String(error)}`;
  };
  const get = (path: string, host?: string): Promise<Fetched> => guarded.get(at(path, host), limits);

  it('brings a document of a host whose address is allowed', async () => {
    const { status, contentType, body, url } = await get('/');
    expect([status, contentType, body.toString(), url]).toEqual([200, 'text/html', '<p>Hello</p>', at('/')]);
  });

  it('resolves a name once, and connects to what it found then', async () => {
    names.set('rebinding.example.test', { a: ['127.0.0.1'] });
    const before = names.asked.length;
    site.put('/again', (_request, response) => {
      names.set('rebinding.example.test', { a: ['127.0.0.2'] });
      response.writeHead(200, { 'content-type': 'text/html' }).end('first');
    });
    expect((await get('/again', 'rebinding.example.test')).body.toString()).toBe('first');
    expect(names.asked.slice(before).filter((question) => question.endsWith(' 1'))).toHaveLength(1);
    expect(await fault(get('/again', 'rebinding.example.test'))).toBe('address_refused');
  });

  it.each(['inside.example.test', 'mixed.example.test', '127.0.0.2', '[::1]', '2130706434', '0x7f.2'])(
    'refuses %s, which is or resolves to an address inside',
    async (host) => {
      const before = site.requests.length;
      expect(await fault(get('/', host))).toBe('address_refused');
      expect(site.requests).toHaveLength(before);
    },
  );

  it('refuses loopback where nothing is allowed', async () => {
    expect(await fault(fetching([]).get(at('/'), limits))).toBe('address_refused');
    expect(await fault(fetching([]).get(at('/', '127.0.0.1'), limits))).toBe('address_refused');
  });

  it.each(['ftp://app.example.test/', 'file:///etc/passwd', 'http://me:secret@app.example.test/', 'nothing'])(
    'refuses %s',
    async (address) => {
      expect(await fault(guarded.get(address, limits))).toBe('address_refused');
    },
  );

  it('follows redirects within the host, and none beyond it', async () => {
    site.put('/moved', { status: 302, headers: { location: '/' } });
    expect((await get('/moved')).url).toBe(at('/'));
    site.put('/away', { status: 302, headers: { location: at('/', 'other.example.test') } });
    site.put('/port', { status: 302, headers: { location: `http://app.example.test:${site.port + 1}/` } });
    site.put('/loop', { status: 302, headers: { location: '/loop' } });
    for (const path of ['/away', '/port', '/loop']) expect(await fault(get(path))).toBe('redirect_refused');
  });

  it('refuses what is too large, whether it says so or not', async () => {
    site.put('/large', { body: 'x'.repeat(1001) });
    site.put('/streamed', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      for (let part = 0; part < 20; part += 1) response.write('x'.repeat(100));
      response.end();
    });
    expect(await fault(get('/large'))).toBe('too_large');
    expect(await fault(get('/streamed'))).toBe('too_large');
  });

  it('does not wait longer than it was told, neither for an answer nor for the rest of one', async () => {
    const open: (() => void)[] = [];
    site.put('/silent', (_request, response) => void open.push(() => response.end()));
    site.put('/slow', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).write('begun');
      open.push(() => response.end());
    });
    const short = { ...limits, timeoutMs: 200 };
    expect(await fault(guarded.get(at('/silent'), short))).toBe('timeout');
    expect(await fault(guarded.get(at('/slow'), short))).toBe('timeout');
    for (const end of open) end();
  });

  it('refuses a content type that nobody asked for, and brings an error as it is', async () => {
    site.put('/picture', { type: 'image/png', body: 'png' });
    expect(await fault(get('/picture'))).toBe('content_type');
    expect((await get('/nowhere')).status).toBe(404);
  });

  it('says unreachable of names and servers that are not there', async () => {
    expect(await fault(get('/', 'nowhere.example.test'))).toBe('unreachable');
    expect(await fault(guarded.get('http://127.0.0.1:1/', limits))).toBe('unreachable');
  });

  it('serves libraries as their fetch: body, status, no redirect followed', async () => {
    const fetch = asFetch(guarded);
    site.put('/told', (request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () =>
        response.writeHead(200, { 'cache-control': 'no-store' }).end(`${request.method} ${body}`),
      );
    });
    const told = await fetch(at('/told'), { method: 'POST', body: new URLSearchParams({ logout_token: 'x' }) });
    expect([told.status, told.headers.get('cache-control'), await told.text()]).toEqual([
      200,
      'no-store',
      'POST logout_token=x',
    ]);
    expect((await fetch(at('/moved'))).status).toBe(302);
    expect(await fault(fetch('http://127.0.0.2/'))).toBe('address_refused');
  });
});

describe('a name server', () => {
  it('that is silent leaves the question to the next', async () => {
    const [silent, other] = [await NameServer.start(), await NameServer.start({ 'example.test': { txt: ['here'] } })];
    silent.silent = true;
    const resolver = new NameResolver({ fetchAllow: [], dnsServers: [silent.address, other.address] });
    try {
      expect(await resolver.texts('example.test')).toEqual(['here']);
    } finally {
      await Promise.all([silent.stop(), other.stop()]);
    }
  });

  it('is asked for texts, whose parts are joined; of none there is none', async () => {
    const names = await NameServer.start({ '_gatehouse.example.test': { txt: ['one', 'two'] } });
    const resolver = new NameResolver({ fetchAllow: [], dnsServers: [names.address] });
    try {
      expect((await resolver.texts('_gatehouse.example.test')).sort()).toEqual(['one', 'two']);
      expect(await resolver.texts('nowhere.example.test')).toEqual([]);
      names.silent = true;
      await expect(resolver.texts('_gatehouse.example.test')).rejects.toMatchObject({ name: 'NoAnswer' });
    } finally {
      await names.stop();
    }
  });
});
