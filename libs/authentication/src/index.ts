export { AuthenticationModule } from './authentication.module.js';
export { FirstAdmin } from './first-admin.service.js';
