import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

/** An authenticator's answer as a browser sends it, with what it says of itself before anything is proved. */
export interface ReadResponse<Response> {
  readonly response: Response;
  readonly credentialId: Buffer;
  /** The challenge it claims to answer. */
  readonly challenge: string;
}

export type Assertion = ReadResponse<AuthenticationResponseJSON>;
export type Attestation = ReadResponse<RegistrationResponseJSON>;

/** The transports of WebAuthn level 3; what a browser may add later is left out. */
const knownTransports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
/** Above what any authenticator makes: a credential id has at most 1023 bytes. */
const longest = { id: 1364, part: 16_384 };

type Members = Readonly<Record<string, unknown>>;

/** Reads an AuthenticationResponseJSON; undefined where it is none. */
export function readAssertion(value: unknown): Assertion | undefined {
  const outer = readOuter(value, 'webauthn.get');
  if (!outer) return undefined;
  const { authenticatorData, signature, userHandle } = outer.inner;
  if (!isBase64url(authenticatorData) || !isBase64url(signature)) return undefined;
  if (userHandle !== undefined && userHandle !== null && !isBase64url(userHandle)) return undefined;
  const { id, clientDataJSON, credentialId, challenge } = outer;
  const answer = { clientDataJSON, authenticatorData, signature, ...(userHandle ? { userHandle } : {}) };
  return { response: { ...bare(id), response: answer }, credentialId, challenge };
}

/** Reads a RegistrationResponseJSON; undefined where it is none. */
export function readAttestation(value: unknown): Attestation | undefined {
  const outer = readOuter(value, 'webauthn.create');
  if (!outer) return undefined;
  const { attestationObject, transports } = outer.inner;
  if (!isBase64url(attestationObject)) return undefined;
  const { id, clientDataJSON, credentialId, challenge } = outer;
  const known = Array.isArray(transports) ? knownTransports.filter((transport) => transports.includes(transport)) : [];
  const answer = { clientDataJSON, attestationObject, transports: [...known] };
  return { response: { ...bare(id), response: answer }, credentialId, challenge };
}

const bare = (id: string): { id: string; rawId: string; type: 'public-key'; clientExtensionResults: object } => ({
  id,
  rawId: id,
  type: 'public-key',
  clientExtensionResults: {},
});

interface Outer {
  readonly id: string;
  readonly inner: Members;
  readonly clientDataJSON: string;
  readonly credentialId: Buffer;
  readonly challenge: string;
}

function readOuter(value: unknown, ceremony: string): Outer | undefined {
  if (!isMembers(value) || !isMembers(value['response'])) return undefined;
  const { id, rawId, type, response: inner } = value;
  const { clientDataJSON } = inner as Members;
  if (!isBase64url(id, longest.id) || id !== rawId || type !== 'public-key') return undefined;
  if (!isBase64url(clientDataJSON)) return undefined;
  const clientData = parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  // Inside another site's frame the person may not see what they answer (WebAuthn level 3, 13.4.9).
  if (!isMembers(clientData) || clientData['type'] !== ceremony || clientData['crossOrigin'] === true) return undefined;
  const { challenge } = clientData;
  if (typeof challenge !== 'string') return undefined;
  return { id, inner: inner as Members, clientDataJSON, credentialId: Buffer.from(id, 'base64url'), challenge };
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isBase64url = (value: unknown, limit = longest.part): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limit && /^[A-Za-z0-9_-]+$/.test(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
