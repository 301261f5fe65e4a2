import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What `navigator.credentials` is called with, as far as an authenticator looks at it. */
export interface PublicKeyOptions {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** How an answer differs from an honest one. */
export interface Behaviour {
  /** The page that the browser believes to show. */
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Whether a PIN, finger or face was asked for. */
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  /** The counter that it signs instead of its own. */
  readonly signCount?: number;
  readonly userHandle?: string | null;
}

/** An answer as `PublicKeyCredential.toJSON()` gives it. */
export interface PasskeyResponse extends Record<string, unknown> {
  readonly id: string;
  readonly response: Record<string, unknown>;
}

const flag = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

/** An authenticator made of software, with one discoverable ES256 passkey (WebAuthn level 3, attestation none). */
export class PasskeyAuthenticator {
  readonly credentialId = randomBytes(32);
  private readonly privateKey: KeyObject;
  private readonly publicKey: Buffer;
  private userHandle: string | null = null;
  private signCount = 0;

  /** @param origin of the page it is used on; @param counts whether its counter rises, as synchronised ones' do not */
  constructor(
    readonly origin: string,
    private readonly counts = true,
  ) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = pair.privateKey;
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    this.publicKey = coseKey(Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url'));
  }

  /** Makes it say whose it is although it was never registered. */
  pretending(userHandle: string): this {
    this.userHandle = userHandle;
    return this;
  }

  get id(): string {
    return this.credentialId.toString('base64url');
  }

  /** `navigator.credentials.create`: a RegistrationResponseJSON. */
  create(options: PublicKeyOptions, behaviour: Behaviour = {}): PasskeyResponse {
    this.userHandle = options.user?.id ?? null;
    const clientDataJSON = this.clientData('webauthn.create', options, behaviour);
    const idLength = Buffer.from([this.credentialId.length >> 8, this.credentialId.length & 0xff]);
    const attested = Buffer.concat([Buffer.alloc(16), idLength, this.credentialId, this.publicKey]);
    const authData = this.authenticatorData(behaviour.rpId ?? options.rp?.id ?? '', behaviour, attested);
    return this.answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      attestationObject: attestationObject(authData).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get`: an AuthenticationResponseJSON. */
  get(options: PublicKeyOptions, behaviour: Behaviour = {}): PasskeyResponse {
    const clientDataJSON = this.clientData('webauthn.get', options, behaviour);
    const authData = this.authenticatorData(behaviour.rpId ?? options.rpId ?? '', behaviour);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientDataJSON).digest()]);
    const userHandle = behaviour.userHandle === undefined ? this.userHandle : behaviour.userHandle;
    return this.answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, this.privateKey).toString('base64url'),
      ...(userHandle === null ? {} : { userHandle }),
    });
  }

  private answer(response: Record<string, unknown>): PasskeyResponse {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  private clientData(type: string, { challenge }: PublicKeyOptions, behaviour: Behaviour): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: behaviour.type ?? type,
        challenge: behaviour.challenge ?? challenge,
        origin: behaviour.origin ?? this.origin,
        crossOrigin: behaviour.crossOrigin ?? false,
      }),
    );
  }

  private authenticatorData(rpId: string, behaviour: Behaviour, attested: Buffer = Buffer.alloc(0)): Buffer {
    if (this.counts) this.signCount += 1;
    const head = Buffer.alloc(37);
    createHash('sha256').update(rpId).digest().copy(head);
    head[32] =
      ((behaviour.userPresent ?? true) ? flag.userPresent : 0) |
      ((behaviour.userVerified ?? true) ? flag.userVerified : 0) |
      (this.counts ? 0 : flag.backupEligible | flag.backedUp) |
      (attested.length > 0 ? flag.attested : 0);
    head.writeUInt32BE(behaviour.signCount ?? this.signCount, 33);
    return Buffer.concat([head, attested]);
  }
}

/** CBOR (RFC 8949) of {1: 2, 3: -7, -1: 1, -2: x, -3: y}: EC2, ES256, P-256. */
const coseKey = (x: Buffer, y: Buffer): Buffer =>
  Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), x, Buffer.from('225820', 'hex'), y]);

/** CBOR of {fmt: 'none', attStmt: {}, authData}. */
const attestationObject = (authData: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('a363', 'hex'),
    Buffer.from('fmt'),
    Buffer.from('64', 'hex'),
    Buffer.from('none'),
    Buffer.from('67', 'hex'),
    Buffer.from('attStmt'),
    Buffer.from('a068', 'hex'),
    Buffer.from('authData'),
    Buffer.from([0x59, authData.length >> 8, authData.length & 0xff]),
    authData,
  ]);
