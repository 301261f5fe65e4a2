export { EmailHttpModule } from './http/email-http.module.js';
