export { EmailWorkerModule } from './worker/email-worker.module.js';
export type { Letter } from './worker/letter.js';
export { type MailComposer, MailComposers, type MailToCompose } from './worker/mail-composers.js';
