import { createHash, randomBytes } from 'node:crypto';
import { clientId, redirectUri } from './client.js';

/** What a provider would have stored for somebody who signed in and allowed the client what it asked for. */
export interface Artifact {
  readonly model: 'AuthorizationCode' | 'AccessToken' | 'RefreshToken';
  /** What the client was handed. */
  readonly id: string;
  readonly userId: string;
  readonly grantId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grant: Readonly<Record<string, unknown>>;
}

/** Seconds from now; longer than a run. */
export const lifetime = 7200;
export const codeVerifier = randomBytes(32).toString('base64url');

const scope = 'openid email offline_access';
const token = (): string => randomBytes(32).toString('base64url');
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

/** One of each user in turn, each with a grant of its own: nobody's sign-in waits for another's. */
export function artifacts(
  model: Artifact['model'],
  count: number,
  userIds: readonly string[],
  subOf: (userId: string) => string,
): Artifact[] {
  const iat = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, at) => {
    const [id, grantId, userId] = [token(), token(), userIds[at % userIds.length] ?? ''];
    const shared = { iat, exp: iat + lifetime, accountId: subOf(userId), clientId };
    const payload = { ...shared, jti: id, kind: model, grantId, scope, ...membersOf(model, iat) };
    const grant = { ...shared, kind: 'Grant', openid: { scope } };
    return { model, id, userId, grantId, payload, grant };
  });
}

function membersOf(model: Artifact['model'], iat: number): Record<string, unknown> {
  const signIn = { acr: 'urn:gatehouse:acr:1fa', amr: ['pwd'], authTime: iat, sessionUid: token(), nonce: token() };
  const gty = 'authorization_code';
  if (model === 'AuthorizationCode') return { ...signIn, codeChallenge, codeChallengeMethod: 'S256', redirectUri };
  if (model === 'RefreshToken') return { ...signIn, gty, rotations: 0, iiat: iat };
  return { gty, sessionUid: signIn.sessionUid };
}
