import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigurationModule, loadConfig } from '@app/config';
import { CryptoModule } from '@app/crypto';
import { Database, DatabaseModule, Transactions } from '@app/database';
import { EmailModule, Mail } from '@app/email';

export interface MailProducer {
  enqueue(recipient: string, secret: string): Promise<string>;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** What an API process does for mails, and nothing else: no relay and no worker run in this process. */
export async function startProducer(settings: Record<string, string>): Promise<MailProducer> {
  @Module({
    imports: [
      ConfigurationModule.forRoot(loadConfig(settings)),
      DatabaseModule.forRoot({ entities: [], migrations: [], applicationName: 'test producer' }),
      CryptoModule,
      EmailModule,
    ],
  })
  class Producer {}

  const app = await NestFactory.createApplicationContext(Producer, { logger: false, abortOnError: false });
  const mail = app.get(Mail);
  const transactions = app.get(Transactions);
  const database = app.get(Database);
  return {
    enqueue: (recipient, secret) => transactions.run((tx) => mail.enqueue(tx, { kind: 'plain', recipient, secret })),
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await database.pool.query<Row>(text, values)).rows,
    close: () => app.close(),
  };
}
