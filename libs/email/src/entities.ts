import { DevMail } from './persistence/dev-mail.entity.js';
import { MailDelivery } from './persistence/mail-delivery.entity.js';
import { MailRow } from './persistence/mail.entity.js';

export const emailEntities = [DevMail, MailDelivery, MailRow];
