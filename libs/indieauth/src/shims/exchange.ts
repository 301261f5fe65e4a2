import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** What Koa gives; see `oidcOf` for what the library adds. */
export type Exchange = KoaContextWithOIDC;

/** There once the library has worked on a request that is one of its own. */
export const oidcOf = (ctx: Exchange): Exchange['oidc'] | undefined => ctx.oidc as Exchange['oidc'] | undefined;

export type Shim = (ctx: Exchange, next: () => Promise<unknown>) => Promise<unknown>;

const longestForm = 16 * 1024;

/** Says no in the way of RFC 6749 section 5.2. */
export function refuse(ctx: Exchange, status: number, error: string, description: string): void {
  answer(ctx, status, { error, error_description: description });
}

/** An answer that nobody keeps (RFC 6749 section 5.1). */
export function answer(ctx: Exchange, status: number, body: object): void {
  ctx.status = status;
  ctx.body = body;
  ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' });
}

/** Any web page may ask: nothing here rides on a cookie. @returns whether that was all */
export function isPreflight(ctx: Exchange, methods: string): boolean {
  ctx.set('access-control-allow-origin', '*');
  if (ctx.method !== 'OPTIONS') return false;
  ctx.set({ 'access-control-allow-methods': methods, 'access-control-allow-headers': 'authorization, content-type' });
  ctx.status = 204;
  return true;
}

/** The value of an Authorization header of RFC 6750. */
export const bearer = (ctx: Exchange): string | undefined =>
  /^Bearer +([\w\-.~+/]+=*) *$/i.exec(ctx.get('authorization'))?.[1];

/** The fields of a form; undefined where it is no form, is too long, or says something twice. */
export async function formOf(ctx: Exchange): Promise<ReadonlyMap<string, string> | undefined> {
  if (!ctx.is('application/x-www-form-urlencoded')) return undefined;
  const text = await textOf(ctx.req);
  if (text === undefined) return undefined;
  const fields = [...new URLSearchParams(text)];
  const form = new Map(fields);
  return form.size === fields.length ? form : undefined;
}

async function textOf(message: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestForm) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
