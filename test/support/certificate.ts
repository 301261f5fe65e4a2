import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** DNS names it is for; 'localhost' and 127.0.0.1 by default. */
  readonly names?: readonly string[];
  readonly expired?: boolean;
}

const day = 86_400_000;

/** A self-signed certificate for a server of a test, so that none is kept in the repository. X.509 v3, RFC 5280. */
export function makeCertificate(options: CertificateOptions = {}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const name = sequence(set(sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('Gatehouse test'))))); // CN
  const end = Date.now() + (options.expired ? -day : day);
  const names = options.names ?? ['localhost'];
  const alternatives = [
    ...names.map((host) => der(0x82, Buffer.from(host))),
    ...(options.names ? [] : [der(0x87, Buffer.from([127, 0, 0, 1]))]),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(end - 2 * day), time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension([0x55, 0x1d, 0x13], sequence(der(0x01, Buffer.from([0xff])))), // basicConstraints: CA
        extension([0x55, 0x1d, 0x11], sequence(...alternatives)), // subjectAltName
      ),
    ),
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => der(0x31, Buffer.concat(parts));
const oid = (...bytes: number[]): Buffer => der(0x06, Buffer.from(bytes));
const extension = (id: number[], value: Buffer): Buffer => sequence(oid(...id), der(0x04, value));

/** GeneralizedTime, to the second. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')}`));
}
