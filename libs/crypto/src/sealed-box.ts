import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM: iv, tag and ciphertext in one buffer. The iv is random: no key may seal more than 2^32 messages. */
export function sealWith(key: Buffer, plain: Buffer, associated: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** The opposite of sealWith. @throws Error when the key, the associated data or the box is not the one sealed. */
export function openWith(key: Buffer, box: Buffer, associated: Buffer): Buffer {
  if (box.length < ivBytes + tagBytes) throw new Error('sealed box is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(associated).setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(box.subarray(ivBytes + tagBytes)), decipher.final()]);
}
