/*
 * The worker as it ships, from dist, with a composer for mails of the kind `plain`: for tests that kill it while it
 * sends mails of their own.
 */
import 'reflect-metadata';
import { Inject, Module } from '@nestjs/common';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const [{ loadConfig }, { runProcess }, { createLogger, flushLogs }, { MailComposers }] = await Promise.all(
  ['config/src/index.js', 'health/src/index.js', 'http/src/index.js', 'email/src/worker.js'].map((lib) =>
    dist(`libs/${lib}`),
  ),
);
const { startWorker } = await dist('apps/worker/src/bootstrap.js');
const { WorkerModule } = await dist('apps/worker/src/worker.module.js');

class PlainMails {
  constructor(composers) {
    composers.register('plain', {
      compose: async (_tx, mail) => ({
        subject: 'Test',
        text: `Your link: https://id.example.test/link/${mail.secret}`,
        html: `<p>Your link: https://id.example.test/link/${mail.secret}</p>`,
      }),
    });
  }
}
Inject(MailComposers)(PlainMails, undefined, 0);

const config = loadConfig(process.env);
Module({ imports: [WorkerModule.forRoot(config)] })(PlainMails);

const log = createLogger('info', 'mail-worker');
await runProcess({
  log,
  flush: flushLogs,
  drainMs: 0,
  shutdownTimeoutMs: config.runtime.shutdownTimeoutMs,
  start: async () => {
    const running = await startWorker(PlainMails, config, log);
    log.info({}, 'working');
    flushLogs();
    return running;
  },
});
