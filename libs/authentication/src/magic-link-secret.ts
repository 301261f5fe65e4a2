/** What the mail of a magic link has to show; it travels sealed with the mail. */
export interface MagicLinkSecret {
  readonly token: string;
  readonly code: string;
}

export const sealableMagicLinkSecret = ({ token, code }: MagicLinkSecret): string => `${token}.${code}`;

export function openedMagicLinkSecret(text: string): MagicLinkSecret {
  const [token = '', code = ''] = text.split('.');
  return { token, code };
}
