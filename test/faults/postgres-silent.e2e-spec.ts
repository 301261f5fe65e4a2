import { until } from '../support/smtp.js';
import { health, unhealthy } from './support/health.js';
import { Installation } from './support/installation.js';
import { TcpProxy } from './support/tcp-proxy.js';

describe('a database that no longer answers, on connections that stay open', () => {
  let proxy: TcpProxy;
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start({
      databaseUrl: async ({ url }) => {
        const { hostname, port, href } = new URL(url);
        proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
        const proxied = new URL(href);
        proxied.port = String(proxy.port);
        return proxied.href;
      },
    });
  });

  afterAll(async () => {
    await installation?.stop();
    await proxy?.stop();
  });

  it('is told to the probes in time, to callers as a 503, and forgotten when it answers again', async () => {
    const { url, client, process } = installation.api();
    const before = [process.pid, installation.worker.pid];
    const { accessToken } = await installation.signIn(await installation.newPerson());
    const me = async (): Promise<[number, boolean]> => {
      const { status, headers } = await client.get('/v1/me', { bearer: accessToken });
      return [status, headers.has('retry-after')];
    };
    expect(await me()).toEqual([200, false]);
    proxy.holdAnswers();
    const callers = Promise.all(Array.from({ length: 30 }, me));
    await until('the probe to notice', async () => (await health(url, '/health')).status === 503);
    expect(await health(url, '/health')).toEqual(unhealthy);
    expect((await health(url, '/health/live')).status).toBe(200);
    expect((await health(url, '/health/ready')).status).toBe(503);
    expect(await callers).toEqual(Array.from({ length: 30 }, () => [503, true]));

    proxy.releaseAnswers();
    await until('the probe to notice', async () => (await health(url, '/health/ready')).status === 200, 30_000);
    expect(await me()).toEqual([200, false]);
    await installation.newPerson();
    expect([process.pid, installation.worker.pid]).toEqual(before);
  });
});
