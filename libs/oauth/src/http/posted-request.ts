import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders, renderPage } from '@app/pages';
import { ProviderErrorPage, providerErrorTitle } from '../pages/provider-error.page.js';

/** Characters of a request that was posted: servers and proxies read no longer address, as a rule. */
const longest = 7000;

/**
 * Answers a request that a client had posted by the browser with the same request as an address (OpenID Connect Core
 * 3.1.2.1 asks for both methods; RP-Initiated Logout 1.0 section 2 too). A post from another site brings no cookie, as
 * ours are SameSite=Lax; the browser opens the address with them. 303, so that nothing is ever posted again.
 */
export async function answerPosted(request: FastifyRequest, reply: FastifyReply, productName: string): Promise<void> {
  void reply.header('cache-control', 'no-store');
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refuse(reply, 400, 'the parameters must be sent as application/x-www-form-urlencoded', productName);
  }
  const form = await textOf(request.raw);
  const query = new URLSearchParams(form).toString();
  if (form === undefined || query.length > longest) {
    return refuse(reply, 413, 'the request is too long: push it first (RFC 9126)', productName);
  }
  const [path = ''] = request.url.split('?', 1);
  void reply.code(303).header('location', `${path}?${query}`).send();
}

/** undefined where it is too long, or was never whole: who hung up reads no answer. */
async function textOf(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // What is left unread must not end the connection that the answer goes out on.
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > longest) return undefined;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

function refuse(reply: FastifyReply, status: number, description: string, productName: string): void {
  const body = ProviderErrorPage({ error: 'invalid_request', description });
  void reply
    .code(status)
    .headers({ ...pageHeaders, connection: 'close' })
    .send(renderPage({ title: providerErrorTitle, productName }, body));
}
