export { CryptoModule } from './crypto.module.js';
export { Envelopes } from './envelopes.js';
export { constantTimeEqual, KeyedHash } from './keyed-hash.js';
export { PasswordHasher, type PasswordVerdict } from './password-hasher.js';
export { isRandomToken, randomToken, sha256 } from './random-token.js';
export { openWith, sealWith } from './sealed-box.js';
