import { verify } from '@node-rs/argon2';
import { fromBase64 } from './base64.js';
import { assertSizes, bounds, costlyHash, type ForeignHashReader, malformedHash, wholeNumber } from './foreign-hash.js';

const shape = /^\$(argon2(?:id|i|d))(\$v=(?:16|19))?\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** PHC strings of argon2id, argon2i and argon2d; without a version they are of the first one, 16. */
export const readArgon2: ForeignHashReader = (given) => {
  // Django writes the algorithm's family first.
  const text = given.startsWith('argon2$argon2') ? given.slice('argon2'.length) : given;
  if (!text.startsWith('$argon2')) return undefined;
  const [, , , memory, time, lanes, salt, digest] = shape.exec(text) ?? [];
  const [memoryKib, timeCost, parallelism] = [wholeNumber(memory), wholeNumber(time), wholeNumber(lanes)];
  assertSizes(fromBase64(salt), fromBase64(digest));
  // RFC 9106 3.1: at least 8 KiB a lane, and a salt of 8 bytes is what implementations insist on.
  if (memoryKib < 8 * parallelism || fromBase64(salt).length < 8) throw malformedHash();
  if (memoryKib > bounds.argon2.memoryKib) throw costlyHash('argon2 memory');
  if (timeCost > bounds.argon2.timeCost) throw costlyHash('argon2 passes');
  if (parallelism > bounds.argon2.parallelism) throw costlyHash('argon2 lanes');
  return { text, matches: (password) => verify(text, password) };
};
