import type { Email } from 'postal-mime';

/** The token of a mail's link of this kind. @throws where the mail holds none. */
export function linkToken(mail: Pick<Email, 'text'>, kind: string): string {
  const token = new RegExp(`/link/${kind}/([A-Za-z0-9_-]+)`).exec(mail.text ?? '')?.[1];
  if (token === undefined) throw new Error(`there is no ${kind} link in the mail:\n${mail.text}`);
  return token;
}
