import type { HttpConfig } from '@app/config';

/** The address of a mail link. Its base is configured, never taken from a request. */
export function linkUrl(http: HttpConfig, kind: string, token: string): string {
  return `${http.publicUrl}/link/${kind}/${token}`;
}
