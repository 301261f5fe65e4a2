import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { SigningKeys } from '@app/tokens';
import { type App, startApp } from '../support/app.js';
import { registerAndVerify, signIn } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty } from './support/relying-party.js';

type Part = Record<string, unknown>;

const encoded = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = (token: string, at: number): Part =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString()) as Part;
const seconds = (): number => Math.floor(Date.now() / 1000);

/** A token with any header, claims and key of P-256. */
function forge(header: Part, claims: Part, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** One whose key is the text that everybody can read. */
function macked(header: Part, claims: Part, publicKey: Part): string {
  const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
  return `${text}.${createHmac('sha256', JSON.stringify(publicKey)).update(text).digest('base64url')}`;
}

const unsigned = (header: Part, claims: Part): string => `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`;

const pair = (): { privateKey: KeyObject; jwk: Part } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }) } };
};

/** What the provider takes that says something by itself: an ID token of ours, an assertion of a client. */
describe(`signed statements that the provider takes, queue on ${queueBackend}`, () => {
  const [foreign, own] = [pair(), pair()];
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  describe('an ID token as a hint of who is meant', () => {
    let client: RelyingParty;
    let header: Part;
    let claims: Part;
    let ours: KeyObject;
    let firstParty: string;

    beforeAll(async () => {
      client = await RelyingParty.register(app, 'hinting', { id_token_signed_response_alg: 'ES256' });
      const ada = await registerAndVerify(app);
      const { id_token: hint = '' } = await client.signIn(new PageBrowser(app.url), ada);
      [header, claims] = [decoded(hint, 0), decoded(hint, 1)];
      ours = app.get(SigningKeys).current().privateKey;
      firstParty = (await signIn(app, ada)).accessToken;
    });

    const signOut = async (hint: string): Promise<number> =>
      (await new PageBrowser(app.url).visit(`/oidc/session/end?id_token_hint=${hint}`)).status;
    const authorize = async (hint: string): Promise<string | null> => {
      const { address } = await client.begin({ prompt: 'none', id_token_hint: hint });
      const { location } = await new PageBrowser(app.url).open(address);
      return new URL(location ?? '').searchParams.get('error');
    };

    it('counts where our key signed it, so that the refusals below are about what they name', async () => {
      const hint = forge(header, claims, ours);
      expect([await signOut(hint), await authorize(hint)]).toEqual([200, 'login_required']);
    });

    it.each<[string, () => string]>([
      ['no signature', () => unsigned(header, claims)],
      ['a signature of a foreign key', () => forge(header, claims, foreign.privateKey)],
      ['a key of its own', () => forge({ ...header, jwk: foreign.jwk, kid: undefined }, claims, foreign.privateKey)],
      ['an HMAC keyed with our public key', () => macked(header, claims, app.get(SigningKeys).jwks().keys[0] as Part)],
      ['another issuer', () => forge(header, { ...claims, iss: 'https://elsewhere.example' }, ours)],
      ['the audience of nobody', () => forge(header, { ...claims, aud: 'nobody' }, ours)],
      ['claims of an access token, which it is', () => firstParty],
    ])('is refused with %s', async (_, hint) => {
      expect([await signOut(hint()), await authorize(hint())]).toEqual([400, 'invalid_request']);
    });
  });

  describe('an assertion of a client (private_key_jwt)', () => {
    const id = 'asserting';
    const header = { alg: 'ES256', kid: 'own' };

    beforeAll(async () => {
      await RelyingParty.register(app, id, {
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...own.jwk, ...header, use: 'sig' }] },
      });
    });

    const claims = (changes: Part = {}): Part => {
      const whole = { iss: id, sub: id, aud: app.url, jti: randomUUID(), iat: seconds(), exp: seconds() + 60 };
      return { ...whole, ...changes };
    };
    const send = async (assertion: string): Promise<[number, unknown]> => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      const response = await fetch(`${app.url}/oidc/token`, { method: 'POST', body });
      return [response.status, ((await response.json()) as { error?: string }).error];
    };

    it('counts where its own key signed it, so that the refusals below are about what they name', async () => {
      expect(await send(forge(header, claims(), own.privateKey))).toEqual([200, undefined]);
    });

    it.each<[string, () => string]>([
      ['no signature', () => unsigned(header, claims())],
      ['a signature of a foreign key', () => forge(header, claims(), foreign.privateKey)],
      ['a key that it brings along', () => forge({ alg: 'ES256', jwk: foreign.jwk }, claims(), foreign.privateKey)],
      [
        'the address of a key',
        () => forge({ ...header, jku: 'https://elsewhere.example/jwks' }, claims(), foreign.privateKey),
      ],
      ['an HMAC keyed with its public key', () => macked(header, claims(), own.jwk)],
      ['an end that is past', () => forge(header, claims({ exp: seconds() - 60 }), own.privateKey)],
      ['no end', () => forge(header, claims({ exp: undefined }), own.privateKey)],
      ['a beginning that is to come', () => forge(header, claims({ nbf: seconds() + 600 }), own.privateKey)],
      ['another audience', () => forge(header, claims({ aud: 'https://elsewhere.example' }), own.privateKey)],
      ['another issuer', () => forge(header, claims({ iss: 'nobody' }), own.privateKey)],
      ['another subject', () => forge(header, claims({ sub: 'nobody' }), own.privateKey)],
      ['no id, by which it would be known again', () => forge(header, claims({ jti: undefined }), own.privateKey)],
    ])('is refused with %s', async (_, assertion) => {
      expect(await send(assertion())).toEqual([401, 'invalid_client']);
    });
  });
});
