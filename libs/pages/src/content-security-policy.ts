/** The content policy of hosted pages: one stylesheet of our own, no script at all. */
export const pageContentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * What an answer with a page carries. The referrer policy is same-origin, not no-referrer: with the latter Chromium
 * posts our own forms with `Origin: null`.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pageContentSecurityPolicy,
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
};

/** As pageHeaders, for a page with a script of our own, which may ask this server. Inline script stays forbidden. */
export const scriptedPageHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'content-security-policy': `${pageContentSecurityPolicy}; script-src 'self'; connect-src 'self'`,
};
