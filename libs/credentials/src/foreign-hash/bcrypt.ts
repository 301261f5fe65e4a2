import { verify } from '@node-rs/bcrypt';
import { bounds, costlyHash, type ForeignHashReader, malformedHash } from './foreign-hash.js';

/**
 * Modular crypt strings of bcrypt. Of a password only the first 72 bytes count, here as in the systems that made the
 * hash. `$2x$`, which marks a broken implementation, is none of these.
 */
export const readBcrypt: ForeignHashReader = (given) => {
  // Django writes the algorithm's name first.
  const text = given.startsWith('bcrypt$$2') ? given.slice('bcrypt$'.length) : given;
  if (!/^\$2[aby]\$/.test(text)) return undefined;
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1] ?? Number.NaN);
  if (!(cost >= 4 && cost <= 31)) throw malformedHash();
  if (cost > bounds.bcryptCost) throw costlyHash('bcrypt cost');
  return { text, matches: (password) => verify(password, text) };
};
