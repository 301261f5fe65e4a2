import { createHmac, randomUUID } from 'node:crypto';
import { openWith, randomToken, sealWith, sha256 } from '@app/crypto';

/** `<family id>.<256 random bits>`: the family makes reuse visible in a log without telling the secret. */
export interface RefreshTokenValue {
  readonly value: string;
  readonly familyId: string;
  readonly hash: Buffer;
}

const shape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/;

export function newRefreshToken(familyId: string = randomUUID()): RefreshTokenValue {
  const value = `${familyId}.${randomToken()}`;
  return { value, familyId, hash: sha256(value) };
}

/** undefined where the text cannot be a refresh token. */
export function parseRefreshToken(value: string): RefreshTokenValue | undefined {
  return shape.test(value) ? { value, familyId: value.slice(0, 36), hash: sha256(value) } : undefined;
}

/** Seals a successor so that only who holds the presented token can open it: the database alone reveals nothing. */
export function sealSuccessor(presented: RefreshTokenValue, successor: RefreshTokenValue): Buffer {
  return sealWith(successorKey(presented), Buffer.from(successor.value), presented.hash);
}

export function openSuccessor(presented: RefreshTokenValue, sealed: Buffer): string {
  return openWith(successorKey(presented), sealed, presented.hash).toString();
}

/** One step of HKDF (RFC 5869): the token is uniform already, so there is nothing to extract first. */
function successorKey(presented: RefreshTokenValue): Buffer {
  return createHmac('sha256', presented.value).update('gatehouse/refresh-successor').digest();
}
