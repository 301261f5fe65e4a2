import type { HttpConfig } from '@app/config';

/**
 * The headers of every answer. JSON answers may hold tokens, so nothing is cached unless a route says otherwise.
 * A page sets a content security policy of its own: what a route sets wins.
 */
export function securityHeaders(config: HttpConfig): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    // With no-referrer Chromium posts our own forms with `Origin: null`.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(config.publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=63072000' } : {}),
  };
}
