import { randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { Imports } from './support/imports.js';

const unique = randomBytes(3).toString('hex');
const id = 'lusab-babad-gutih-tugad';
const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
const totp = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' };
const passkey = {
  relyingParty: '127.0.0.1',
  credentialId: 'AAECAwQFBgcICQoLDA0ODw',
  publicKey: 'pQECAyYgASFYIA',
  signCount: 0,
  name: 'Laptop',
  aaguid: 'adce0002-35bc-c60a-648b-0b25f1f05503',
  backedUp: false,
};
const code = { selector: '4k2m', hash };

describe(`second factors in an import, queue on ${queueBackend}`, () => {
  let app: App;
  let imports: Imports;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    imports = await Imports.of(app);
  });

  afterAll(async () => {
    await imports.close();
    await app.stop();
  });

  it.each([
    [{ totp: { secret: 'JBSWY3DPEHPK3PXP' } }, /^import\.invalid_user totp\.secret must be 128 to 1024 bits in base32/],
    [{ totp: { secret: '01890189018901890189018901890189' } }, /^import\.invalid_user totp\.secret/],
    [{ totp: { ...totp, since: '2024-13-01T00:00:00Z' } }, /^import\.invalid_user totp\.since is no time/],
    [{ totp: { ...totp, digits: 8 } }, /^import\.invalid_user totp\.digits is not a member/],
    [{ backupCodes: [code] }, /^import\.invalid_user backupCodes need totp or passkeys/],
    [{ totp, backupCodes: [code, code] }, /^import\.invalid_user backupCodes has one selector twice/],
    [{ totp, backupCodes: [{ ...code, hash: hash.replace('m=256', 'm=9999999') }] }, /^credentials\.hash_too_costly/],
    [{ totp, backupCodes: [{ ...code, hash: '{SSHA}0H+zTv8o4MR4H43n03eCsvw1luG8LdB7' }] }, /must be of argon2id/],
    [{ passkeys: [passkey] }, /^import\.invalid_user passkeys need the id/],
    [{ id, passkeys: [passkey, passkey] }, /^import\.invalid_user passkeys has one credentialId twice/],
    [
      { id, passkeys: [{ ...passkey, publicKey: '?' }] },
      /^import\.invalid_user passkeys\.0\.publicKey must be base64url/,
    ],
    [{ id, passkeys: [{ ...passkey, relyingParty: 'example.org' }] }, /^import\.passkey_foreign .*127\.0\.0\.1/],
    [{ totp, secondFactors: ['totp', 'passkey'] }, /^import\.factors_missing/],
    [{ secondFactors: ['mail'] }, /^import\.invalid_user secondFactors must be totp/],
    [{ passkeys: 'none' }, /^import\.invalid_user passkeys/],
    [{ passkeys: [null] }, /^import\.invalid_user passkeys/],
  ])('are refused where they could not be used as they were: %j', async (members, wording) => {
    const line = { email: `refused.${unique}@import.test`, ...members };
    const { counts, refusals } = await imports.run([line]);
    expect(counts).toMatchObject({ lines: 1, imported: 0, refused: 1 });
    expect(`${refusals[0]?.code} ${refusals[0]?.detail}`).toMatch(wording);
    expect(await imports.rehearse([line])).toEqual({ counts, refusals });
  });

  it('are stored sealed and hashed, and are what the account is asked for', async () => {
    const line = { id, email: `taken.${unique}@import.test`, totp, passkeys: [passkey], backupCodes: [code] };
    expect((await imports.run([line])).counts).toMatchObject({ imported: 1 });
    const rows = await app.sql(
      `SELECT u.second_factors AS held, f.last_step::int AS step, position($2::bytea IN f.sealed_secret) AS clear, b.hash
       FROM users u JOIN totp_factors f ON f.user_id = u.id JOIN backup_codes b ON b.user_id = u.id
         JOIN passkeys p ON p.user_id = u.id WHERE u.email = $1`,
      [line.email, Buffer.from('Hello!')],
    );
    expect(rows).toEqual([{ held: ['totp', 'passkey', 'backup_code'], step: 0, clear: 0, hash }]);
  });
});
