import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { readMessage, until } from '../support/smtp.js';
import { Installation } from './support/installation.js';
import { linkToken } from './support/links.js';
import { expectAllVerified, register } from './support/registrations.js';

const backends = [
  { backend: 'postgres', found: true },
  { backend: 'redis', found: redisProgram !== undefined },
] as const;

describe.each(backends)('registrations while the worker is killed, queue on $backend', ({ backend, found }) => {
  const test = found ? it : it.skip;
  let redis: RedisServer | undefined;
  let installation: Installation;

  beforeAll(async () => {
    if (!found) return;
    redis = backend === 'redis' ? await RedisServer.start() : undefined;
    installation = await Installation.start({ redisUrl: redis?.url });
  });

  afterAll(async () => {
    if (!found) return;
    await installation.stop();
    await redis?.remove();
  });

  test('300 of them, ten kills at random: 300 mails, none lost, a repeat only as it was, and every link works', async () => {
    const { smtp } = installation;
    smtp.beforeAccept = () => wait(randomInt(5, 40));
    const emails = Array.from({ length: 300 }, (_, at) => `person-${at}@example.test`);
    const unsentAtKill: number[] = [];
    for (let kill = 0; kill < 10; kill += 1) {
      const registering = register(installation, emails.slice(kill * 30, (kill + 1) * 30));
      await wait(randomInt(0, 400));
      unsentAtKill.push(await installation.count(`mails WHERE status = 'queued'`));
      await installation.worker.kill();
      await installation.worker.start();
      await registering;
    }
    // Killed while there was work, else nothing was tried.
    expect(unsentAtKill.filter((count) => count > 0).length).toBeGreaterThanOrEqual(3);
    const repeated = await expectAllVerified(installation, emails);
    // At most what was in flight at each kill.
    expect(repeated).toBeLessThanOrEqual(10 * 4);
  });

  test('a worker killed before it hears the 250 sends the same mail with the same link', async () => {
    const email = 'twice@example.test';
    const { smtp } = installation;
    let reached = false;
    const { pid } = installation.worker;
    // Says 250 only when the worker is dead: to the worker the mail's fate is unknown, as where its commit is lost.
    smtp.beforeAccept = async (message) => {
      if (message.to !== email || reached) return;
      reached = true;
      await until('the worker to be killed', () => installation.worker.pid !== pid);
    };
    await register(installation, [email]);
    await until('the mail to arrive whole', () => reached);
    await installation.worker.kill();
    await installation.worker.start();
    await until('both mails', () => smtp.to(email).length === 2);
    const [first, second] = smtp.to(email);
    expect(second).toEqual(first);
    const token = linkToken(await readMessage(second!), 'verify-email');
    expect((await installation.api().client.post('/v1/auth/email/verify', { token })).status).toBe(200);
    await until('the record of it', async () => (await installation.count('outbox')) === 0);
    expect(smtp.to(email)).toHaveLength(2);
  });
});
