import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../../support/api-client.js';
import { readMessage, until } from '../../support/smtp.js';
import type { Api, Installation } from './installation.js';
import { linkToken } from './links.js';

const password = 'violet harbour lantern';
const clients = 4;

/** Registers these addresses, several at once, and holds every answer to be a 202. */
export async function register(installation: Installation, emails: readonly string[]): Promise<void> {
  const queue = [...emails];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let email = queue.shift(); email !== undefined; email = queue.shift()) {
        expect([email, (await ask(installation.api(), email)).status]).toEqual([email, 202]);
      }
    }),
  );
}

export interface Load {
  /** Those that were answered with 202: their mails are owed. */
  readonly accepted: string[];
  /** Every other answer. */
  readonly refused: Answer<object>[];
  /** Ends the load and waits for its last answers. */
  stop(): Promise<void>;
}

/** People who register, one after the other in a few places, until stopped. */
export function registerOn(installation: Installation, pauseMs = 10): Load {
  const accepted: string[] = [];
  const refused: Answer<object>[] = [];
  let stopped = false;
  let count = 0;
  const visitors = Array.from({ length: clients }, async () => {
    while (!stopped) {
      const email = `visitor-${(count += 1)}@example.test`;
      const answer = await ask(installation.api(), email);
      if (answer.status === 202) accepted.push(email);
      else refused.push(answer);
      await wait(pauseMs);
    }
  });
  return {
    accepted,
    refused,
    stop: async () => {
      stopped = true;
      await Promise.all(visitors);
    },
  };
}

const ask = ({ client }: Api, email: string): Promise<Answer<object>> =>
  client.post<object>('/v1/auth/register', { email, password });

/**
 * Waits until every address has its mail and nothing is left to do. Each address was sent one mail, or that mail
 * again byte for byte; and each link makes a user. @returns how many mails were repeats.
 */
export async function expectAllVerified(installation: Installation, emails: readonly string[]): Promise<number> {
  const { smtp } = installation;
  await expectAllRecorded(installation);
  expect(emails.filter((email) => smtp.to(email).length === 0)).toEqual([]);
  const tokens = new Set<string>();
  let repeated = 0;
  for (const email of emails) {
    const copies = smtp.to(email);
    repeated += copies.length - 1;
    expect(new Set(copies.map(({ mime }) => mime)).size).toBe(1);
    tokens.add(linkToken(await readMessage(copies[0]!), 'verify-email'));
  }
  expect(tokens.size).toBe(emails.length);
  expect(new Set(smtp.messages.map(({ messageId }) => messageId)).size).toBe(emails.length);
  for (const token of tokens) {
    expect((await installation.api().client.post('/v1/auth/email/verify', { token })).status).toBe(200);
  }
  const [row] = await installation.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM users WHERE email = ANY ($1) AND email_verified_at IS NOT NULL',
    [emails],
  );
  expect(row?.count).toBe(emails.length);
  return repeated;
}

/** Waits until each mail is recorded as sent and no outbox row is open; says which are in the way otherwise. */
async function expectAllRecorded(installation: Installation): Promise<void> {
  const open = async (): Promise<number> =>
    (await installation.count(`mails WHERE status <> 'sent'`)) + (await installation.count('outbox'));
  await until('every mail to be recorded as sent', async () => (await open()) === 0, 90_000).catch(() => undefined);
  expect({
    mails: await installation.query(
      `SELECT id, status, attempts, leased_until, last_error FROM mails WHERE status <> 'sent' LIMIT 10`,
    ),
    outbox: await installation.query('SELECT *, app_now() AS now FROM outbox LIMIT 10'),
  }).toEqual({ mails: [], outbox: [] });
}
