import { setTimeout as wait } from 'node:timers/promises';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { until } from '../support/smtp.js';
import { Installation } from './support/installation.js';
import { expectAllVerified, registerOn } from './support/registrations.js';

const test = redisProgram === undefined ? it.skip : it;

describe('Redis, lost under registrations', () => {
  let redis: RedisServer;
  let installation: Installation;

  beforeEach(async () => {
    if (redisProgram === undefined) return;
    redis = await RedisServer.start();
    installation = await Installation.start({ redisUrl: redis.url });
    // Slow enough that there is always something in the queue.
    installation.smtp.beforeAccept = () => wait(30);
  });

  afterEach(async () => {
    if (redisProgram === undefined) return;
    await installation.stop();
    await redis.remove();
  });

  const pids = (): unknown[] => [installation.api().process.pid, installation.worker.pid];
  const health = async (path: string): Promise<number> => (await installation.api().client.get(path)).status;

  test('stopped and started again: the API serves all the while, no process restarts, no mail is lost', async () => {
    const { smtp } = installation;
    const before = pids();
    const load = registerOn(installation, 60);
    await until('the load to begin', () => smtp.messages.length >= 20);
    await redis.down();
    const registered = load.accepted.length;
    await until('registrations without Redis', () => load.accepted.length >= registered + 60);
    expect([await health('/health'), await health('/health/ready')]).toEqual([200, 200]);
    await redis.up();
    const sent = smtp.messages.length;
    await until('mails to flow again', () => smtp.messages.length >= sent + 20, 60_000);
    await load.stop();
    expect(load.refused).toEqual([]);
    await expectAllVerified(installation, load.accepted);
    expect(pids()).toEqual(before);
  });

  test('wiped three times: what it forgot is handed over again', async () => {
    const before = pids();
    const load = registerOn(installation, 60);
    for (let wipe = 0; wipe < 3; wipe += 1) {
      const registered = load.accepted.length;
      await until('registrations', () => load.accepted.length >= registered + 40);
      expect(await installation.count('outbox')).toBeGreaterThan(0);
      await redis.wipe();
    }
    await load.stop();
    expect(load.refused).toEqual([]);
    await expectAllVerified(installation, load.accepted);
    expect(pids()).toEqual(before);
  });
});
