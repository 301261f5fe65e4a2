export { BulkPasskeys, type PasskeyRecord } from './bulk-passkeys.repository.js';
export { type BulkPassword, BulkPasswords, type StoredPassword } from './bulk-passwords.repository.js';
export { CredentialsModule } from './credentials.module.js';
export { storedForeign, withoutMark } from './foreign-hash/foreign-passwords.js';
export type { KeycloakPassword } from './foreign-hash/keycloak.js';
export { type NewPasskey, passkeyAlgorithms, PasskeyCeremonies, type SignedFlags } from './passkey-ceremonies.js';
export { PasskeyRelyingParty } from './passkey-relying-party.js';
export { readAssertion } from './passkey-responses.js';
export {
  type ListedPasskey,
  type PasskeyAccount,
  type PasskeyDescriptor,
  PasskeysRepository,
} from './passkeys.repository.js';
export { maximumLength, minimumLength } from './password-policy.js';
export { PasswordAttemptsRepository, type PasswordStanding } from './password-attempts.repository.js';
export { type PasswordAccount, PasswordsRepository } from './passwords.repository.js';
export { failureLimit, type HashedPassword, type PasswordCheck, Passwords } from './passwords.service.js';
