import type { Answer } from '../../support/api-client.js';
import type { App } from '../../support/app.js';
import type { ReceivedMail } from '../../support/mailbox.js';
import { accepted } from '../../support/people.js';

/** What whoever asked for a magic link was answered. */
export interface Asked {
  readonly requestId: string;
  readonly binding: string;
  readonly expiresIn: number;
}

/** A request with the mail that came of it. */
export interface MagicMail extends Asked, ReceivedMail {
  /** As the mail shows it. */
  readonly code: string;
}

/** The code that a mail shows, alone on its line. */
export function codeIn({ text }: Pick<ReceivedMail, 'text'>): string {
  const code = /^ *([0-9A-Z]{4}-[0-9A-Z]{4})$/m.exec(text)?.[1];
  if (code === undefined) throw new Error(`there is no code in the mail:\n${text}`);
  return code;
}

/** Asks for a mail to sign in with. */
export async function askForLink(app: App, email: string): Promise<Asked> {
  return accepted(await app.api.post<Asked>('/v1/auth/magic-link', { email }), 202);
}

/** Asks, and reads the nth mail that came of it. */
export async function magicMail(app: App, email: string, nth = 1): Promise<MagicMail> {
  const asked = await askForLink(app, email);
  const mail = await app.mailbox.waitFor(email, 'magicLink', nth);
  return { ...asked, ...mail, code: codeIn(mail) };
}

export const redeem = <Body extends object = Record<string, unknown>>(app: App, body: object): Promise<Answer<Body>> =>
  app.api.post<Body>('/v1/auth/magic-link/redeem', body);

/** The code with its last sign changed. */
export const wrong = (code: string): string => `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;
