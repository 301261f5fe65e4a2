export { EmailModule } from './email.module.js';
export { Mail, type MailData, type MailOrder, type MailValue } from './mail.js';
