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

/**
 * Of a provider's page that posts its answer to a client by a script (`response_mode=form_post`): the provider adds the
 * script's hash to `script-src`, which allows none before. No `form-action`: the page's one form leads to a registered
 * address, and Chromium would hold where that leads on to against it.
 */
export const postingPageContentSecurityPolicy = [
  "default-src 'none'",
  'script-src',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * As `headers`, for a page whose form may end at an address elsewhere. Chromium holds the whole chain of redirects
 * after a form against `form-action`, and nobody knows where a client's callback sends its people on to: any host may
 * be the end, by the scheme of the address or by https.
 */
export function headersTowards(
  address: string | null | undefined,
  headers: Readonly<Record<string, string>> = pageHeaders,
): Readonly<Record<string, string>> {
  if (address == null || formTarget(address) === undefined) return headers;
  const policy = headers['content-security-policy'] ?? '';
  const { protocol } = new URL(address);
  const schemes = protocol === 'http:' ? 'http: https:' : protocol;
  const widened = policy.replace("form-action 'self'", `form-action 'self' ${schemes}`);
  return { ...headers, 'content-security-policy': widened };
}

/** What can be kept of an address that a form may end at: its origin, or the scheme of an app. */
export function formTarget(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, protocol, host } = new URL(address);
  if (origin === 'null') return protocol;
  // A URL's host may hold what would end the directive.
  return /^[a-z0-9.:[\]-]+$/.test(host) ? origin : undefined;
}
