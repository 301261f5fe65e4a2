import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { until } from '../../support/smtp.js';
import { listen } from './listener.js';

/** A client's server that is told of sign-outs, and believes what the published keys signed. */
export class LogoutReceiver {
  /** What it was told, as it came. */
  readonly told: string[] = [];
  /** What it answers. */
  status = 200;
  private server: Server | undefined;
  private port = 0;

  static async start(): Promise<LogoutReceiver> {
    const receiver = new LogoutReceiver();
    await receiver.open();
    return receiver;
  }

  get metadata(): Record<string, unknown> {
    return { backchannel_logout_uri: `http://127.0.0.1:${this.port}/logout` };
  }

  /** Listens, where it did before. */
  async open(): Promise<void> {
    const onBody = (body: string): number => {
      this.told.push(new URLSearchParams(body).get('logout_token') ?? '');
      return this.status;
    };
    this.server = await listen(onBody, this.port);
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** Forgets what it was told. */
  reset(): void {
    this.told.length = 0;
    this.status = 200;
  }

  /** The claims of the only token that came, held against what issuer and client it is from and for. */
  async claims(issuer: string, audience: string): Promise<JWTPayload> {
    await until('a logout token', () => this.told.length > 0);
    const keys = createRemoteJWKSet(new URL('/oidc/jwks', issuer));
    const requiredClaims = ['sub', 'iat', 'exp', 'jti', 'events'];
    const [token = ''] = this.told;
    const verified = await jwtVerify(token, keys, { issuer, audience, typ: 'logout+jwt', requiredClaims });
    expect(this.told).toHaveLength(1);
    expect(verified.payload).toMatchObject({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } });
    expect(verified.payload).not.toHaveProperty('nonce');
    return verified.payload;
  }
}
