import { Injectable } from '@nestjs/common';
import { readAttestation, type Assertion } from './passkey-responses.js';
import { PasskeyRelyingParty } from './passkey-relying-party.js';

/** A passkey that was just made. */
export interface NewPasskey {
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly aaguid: string;
  readonly backedUp: boolean;
}

/** What an authenticator signed. */
export interface SignedFlags {
  /** By PIN, finger or face, as the flag says that the authenticator signed. */
  readonly userVerified: boolean;
  readonly signCount: number;
  readonly backedUp: boolean;
}

/** COSE algorithms: EdDSA, ES256, RS256. */
export const passkeyAlgorithms = [-8, -7, -257];

/**
 * The two ceremonies of WebAuthn level 3: is this answer from an authenticator, for this installation, from a page of
 * ours? Whether the challenge is one that we gave, and is given once, is the caller's to say; so is the counter.
 */
@Injectable()
export class PasskeyCeremonies {
  constructor(private readonly relyingParty: PasskeyRelyingParty) {}

  /** Judges a registration (WebAuthn 7.1). @returns undefined where it proves nothing. */
  async register(answer: unknown): Promise<{ passkey: NewPasskey; challenge: string } | undefined> {
    const read = readAttestation(answer);
    if (!read) return undefined;
    const { response, challenge } = read;
    const { verifyRegistrationResponse } = await webauthn();
    const verdict = await provenOrNot(async () =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        ...(await this.expected()),
        requireUserVerification: false,
        supportedAlgorithmIDs: passkeyAlgorithms,
      }),
    );
    if (!verdict?.verified) return undefined;
    const { credential, aaguid, credentialBackedUp: backedUp } = verdict.registrationInfo;
    const passkey = {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      signCount: credential.counter,
      transports: response.response.transports ?? [],
      aaguid,
      backedUp,
    };
    return { passkey, challenge };
  }

  /** Judges an assertion (WebAuthn 7.2) by the key of its passkey. @returns undefined where it proves nothing. */
  async verify({ response, challenge }: Assertion, publicKey: Buffer): Promise<SignedFlags | undefined> {
    const { verifyAuthenticationResponse } = await webauthn();
    const verdict = await provenOrNot(async () =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        ...(await this.expected()),
        requireUserVerification: false,
        // The counter is judged by the UPDATE that moves it on, which two processes cannot both pass.
        credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter: 0 },
      }),
    );
    if (!verdict?.verified) return undefined;
    const { userVerified, newCounter: signCount, credentialBackedUp: backedUp } = verdict.authenticationInfo;
    return { userVerified, signCount, backedUp };
  }

  private async expected(): Promise<{ expectedRPID: string; expectedOrigin: string[] }> {
    return { expectedRPID: await this.relyingParty.id(), expectedOrigin: [...this.relyingParty.origins] };
  }
}

/** Loaded when somebody first uses a passkey: it brings X.509 and its schemas, which a start need not wait for. */
const webauthn = (): Promise<typeof import('@simplewebauthn/server')> => import('@simplewebauthn/server');

/** The library throws plain errors at whatever a caller sends; each of them means: not proven. */
async function provenOrNot<Verdict>(judge: () => Promise<Verdict>): Promise<Verdict | undefined> {
  try {
    return await judge();
  } catch {
    return undefined;
  }
}
