export { EmailModule } from './email.module.js';
export { enqueueWithin, Mail, type MailData, type MailOrder, type MailValue, type PreparedMail } from './mail.js';
