import { TOTP } from 'otpauth';

/** The code of this moment (RFC 6238), as an authenticator app shows it. */
export const totpCode = (secret: string): string => new TOTP({ secret }).generate();
