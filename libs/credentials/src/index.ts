export { CredentialsModule } from './credentials.module.js';
export { storedForeign, withoutMark } from './foreign-hash/foreign-passwords.js';
export type { KeycloakPassword } from './foreign-hash/keycloak.js';
export { maximumLength, minimumLength } from './password-policy.js';
export { type PasswordAccount, PasswordsRepository } from './passwords.repository.js';
export { type HashedPassword, type PasswordCheck, Passwords } from './passwords.service.js';
