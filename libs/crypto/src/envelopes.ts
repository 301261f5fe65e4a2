import { Injectable } from '@nestjs/common';
import { CryptoConfig } from '@app/config';
import { AppError } from '@app/errors';
import { openWith, sealWith } from './sealed-box.js';

const version = 1;

/**
 * Secrets at rest, sealed under ENCRYPTION_KEYS: a version byte, the key's id, then an AES-256-GCM box whose
 * associated data are the id and the context (say `mail:<id>`), so that no sealed value opens in another's place.
 */
@Injectable()
export class Envelopes {
  private readonly keys: ReadonlyMap<string, Buffer>;

  constructor(private readonly config: CryptoConfig) {
    this.keys = new Map(config.encryptionKeys.map(({ kid, key }) => [kid, key]));
  }

  seal(plain: Buffer, context: string): Buffer {
    const { kid, key } = this.config.encryptionKeys[0];
    const header = Buffer.concat([Buffer.from([version, kid.length]), Buffer.from(kid, 'latin1')]);
    return Buffer.concat([header, sealWith(key, plain, associatedData(header, context))]);
  }

  /**
   * @throws AppError internal `crypto.unknown_key` when the key that sealed it is not configured,
   *   `crypto.envelope_corrupt` when the value is not what was sealed in this context.
   */
  open(sealed: Buffer, context: string): Buffer {
    const kid = this.keyIdOf(sealed);
    const key = this.keys.get(kid);
    if (!key) {
      throw new AppError('internal', 'crypto.unknown_key', `GATEHOUSE_ENCRYPTION_KEYS lacks the key ${kid}.`);
    }
    const header = sealed.subarray(0, 2 + kid.length);
    try {
      return openWith(key, sealed.subarray(header.length), associatedData(header, context));
    } catch (error) {
      throw new AppError('internal', 'crypto.envelope_corrupt', `A value sealed for ${context} does not open.`, {
        cause: error,
      });
    }
  }

  /** The id of the key that sealed the value. */
  keyIdOf(sealed: Buffer): string {
    if (sealed[0] !== version || sealed.length < 2) {
      throw new AppError('internal', 'crypto.envelope_corrupt', 'A sealed value has an unknown form.');
    }
    return sealed.subarray(2, 2 + (sealed[1] ?? 0)).toString('latin1');
  }
}

function associatedData(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context)]);
}
