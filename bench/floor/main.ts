/*
 * The floor: what Fastify and pg cost when nothing else is done. It answers the same requests on the same tables by
 * one named statement each, and checks no more than it must to answer: no guards, no input rules, no limits, no
 * headers, no audit, no log. What Gatehouse costs above it is the price of the product.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import * as argon2 from '@node-rs/argon2';
import { fastify, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { checkByCookie, checkById, findPassword, rotate } from './statements.js';

const pool = new pg.Pool({ connectionString: process.env['FLOOR_DATABASE_URL'], max: 10 });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const verificationKey = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }));
const encoding = 'ieee-p1363';

interface CheckedSession {
  readonly id: string;
  readonly authTime: Date;
}

const server = fastify({ logger: false });

server.get('/health/live', async () => ({ status: 'alive' }));

server.get('/v1/me/sessions/current', async (request, reply) => {
  const session = await sessionOf(request);
  return session ?? reply.code(401).send();
});

server.post<{ Body: { identifier: string; password: string } }>('/v1/auth/login', async ({ body }, reply) => {
  const { rows } = await pool.query<{ hash: string }>({ ...findPassword, values: [body.identifier] });
  const right = rows[0] !== undefined && (await argon2.verify(rows[0].hash, body.password));
  return right ? { status: 'authenticated' } : reply.code(401).send();
});

server.post<{ Body: { refreshToken: string } }>('/v1/auth/refresh', async ({ body }, reply) => {
  const [family] = body.refreshToken.split('.', 1);
  const refreshToken = `${family}.${randomBytes(32).toString('base64url')}`;
  const { rows } = await pool.query<{ id: string; userId: string; roles: string[] }>({
    ...rotate,
    values: [sha256(body.refreshToken), sha256(refreshToken)],
  });
  const [row] = rows;
  if (!row) return reply.code(401).send();
  return { accessToken: accessToken({ sub: row.userId, sid: row.id, roles: row.roles }), refreshToken };
});

await server.listen({ host: '127.0.0.1', port: Number(process.env['FLOOR_PORT']) });
process.once('SIGTERM', () => process.exit(0));

async function sessionOf(request: FastifyRequest): Promise<CheckedSession | undefined> {
  const { authorization, cookie } = request.headers;
  const statement =
    authorization === undefined
      ? { ...checkByCookie, values: [sha256(cookie?.slice(cookie.indexOf('=') + 1) ?? '')] }
      : { ...checkById, values: [sessionIdIn(authorization.slice('Bearer '.length))] };
  return (await pool.query<CheckedSession>(statement)).rows[0];
}

function accessToken(claims: object): string {
  const header = { alg: 'ES256', typ: 'at+jwt', kid: 'floor' };
  const now = Math.floor(Date.now() / 1000);
  const payload = { ...claims, iat: now, exp: now + 300, jti: randomBytes(16).toString('base64url') };
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: encoding }).toString('base64url')}`;
}

function sessionIdIn(token: string): string | null {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = { key: verificationKey, dsaEncoding: encoding } as const;
  const valid = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  return valid ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid : null;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
