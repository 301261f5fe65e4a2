/*
 * oidc-provider as it comes: on node:http, with a plain Postgres adapter and the settings that Gatehouse gives it where
 * they decide what an answer holds. No Fastify, no limits, no headers, no audit, ids and payloads in clear. What it
 * keeps is on the same PostgreSQL, its clients too.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { errors, Provider } from 'oidc-provider';
import { resource } from '../openid/client.js';
import { PostgresAdapter } from './postgres-adapter.js';

const day = 86_400;
const port = Number(process.env['BARE_PROVIDER_PORT']);
const pool = new pg.Pool({ connectionString: process.env['BARE_PROVIDER_DATABASE_URL'], max: 10 });
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

async function emailOf(sub: string): Promise<{ email?: string; email_verified?: boolean }> {
  const sql = 'SELECT email, email_verified_at IS NOT NULL AS email_verified FROM users WHERE id = $1';
  const { rows } = await pool.query<{ email: string; email_verified: boolean }>(sql, [sub]);
  return rows[0] ?? {};
}

const provider = new Provider(`http://localhost:${port}`, {
  adapter: (model) => new PostgresAdapter(model, pool),
  jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256' }] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  // An ID token tells no more of somebody than who it is: the rest is asked for at userinfo.
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: async (use) => ({ sub, ...(use === 'userinfo' ? await emailOf(sub) : {}) }),
  }),
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => [],
      getResourceServerInfo: (_ctx, asked) => {
        if (asked !== resource) throw new errors.InvalidTarget();
        return { scope: 'read', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
      },
      useGrantedResource: () => true,
    },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
    userinfo: { enabled: true },
  },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  responseTypes: ['code'],
  subjectTypes: ['public'],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AuthorizationCode: 60,
    AccessToken: 3600,
    ClientCredentials: 300,
    IdToken: 3600,
    RefreshToken: 30 * day,
    Grant: 365 * day,
    Session: 365 * day,
    Interaction: 3600,
  },
  routes: { token: '/oidc/token', introspection: '/oidc/token/introspection', userinfo: '/oidc/me' },
});

const answer = provider.callback();
const server = createServer((request, response) => {
  if (request.url === '/health/live') response.end('alive');
  else void answer(request, response);
});
server.listen(port, '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
