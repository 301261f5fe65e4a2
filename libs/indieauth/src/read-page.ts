import { Script } from 'node:vm';
import type { mf2 } from 'microformats-parser';

export type Microformats = Pick<ReturnType<typeof mf2>, 'items' | 'rels'>;

const nothing: Microformats = { items: [], rels: {} };

/** Ms. A page of an honest size takes a tenth of that. */
const patience = 500;
/** A vm script is the one thing whose running can be ended from outside: there is nothing in it but the call. */
const parse = new Script('parse()');

/**
 * The microformats and links of a page. Of what cannot be read there are none, and neither of what takes too long: the
 * time that HTML takes can grow with the square of its length (50,000 elements within each other: half a minute).
 */
export async function readMicroformats(url: string, html: string): Promise<Microformats> {
  // Loaded when the first page is read: it takes 7 MiB, and not every installation meets IndieAuth.
  const { mf2: read } = await import('microformats-parser');
  try {
    // The parser takes no page whose body has no element.
    const context = { parse: () => read(`${html}<wbr>`, { baseUrl: url }) };
    return parse.runInNewContext(context, { timeout: patience }) as Microformats;
  } catch {
    // Too long, nested past the stack, or no HTML.
    return nothing;
  }
}
