import { Script } from 'node:vm';
import type { mf2 } from 'microformats-parser';

export type Microformats = Pick<ReturnType<typeof mf2>, 'items' | 'rels'>;

interface Parser {
  readonly mf2: typeof mf2;
}

const nothing: Microformats = { items: [], rels: {} };

/** Loaded when the first page is read: it takes 7 MiB, and not every installation meets IndieAuth. */
async function parser(): Promise<typeof mf2> {
  const loaded = (await import('microformats-parser')) as Partial<Parser> & { readonly default?: Parser };
  // A bundle has what CommonJS exports as its default alone.
  const read = loaded.mf2 ?? loaded.default?.mf2;
  if (read === undefined) throw new Error('microformats-parser has no mf2');
  return read;
}

/** A page that takes too long to read. That says nothing of what is on it: this machine may be the slow one. */
export class PageTooSlow extends Error {
  override readonly name = 'PageTooSlow';
}

/** Ms. A page of an honest size takes a twentieth of that. */
const patience = 1000;
/** A vm script is the one thing whose running can be ended from outside: there is nothing in it but the call. */
const parse = new Script('parse()');

/**
 * The microformats and links of a page; of what cannot be read there are none. The time that HTML takes can grow with
 * the square of its length (50,000 elements within each other: half a minute).
 * @throws PageTooSlow
 */
export async function readMicroformats(url: string, html: string): Promise<Microformats> {
  const read = await parser();
  try {
    // The parser takes no page whose body has no element.
    const context = { parse: () => read(`${html}<wbr>`, { baseUrl: url }) };
    return parse.runInNewContext(context, { timeout: patience }) as Microformats;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new PageTooSlow();
    // Nested past the stack, or no HTML.
    return nothing;
  }
}
