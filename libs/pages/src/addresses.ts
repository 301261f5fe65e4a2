/** Gives a web address in its normal form. Escaping does not make `javascript:` harmless, so it ends here. */
export function webUrl(value: string): string {
  if (!URL.canParse(value)) throw new TypeError('not an absolute web address');
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TypeError(`${url.protocol} is not a web address`);
  return url.href;
}

/** Gives a path on this server; `//host` and `/\host` lead elsewhere and are refused. */
export function ownPath(value: string): string {
  if (!/^\/(?![/\\])[^\s\\]*$/.test(value)) throw new TypeError('not a path of this server');
  return value;
}

/** A link's target: a path of this server, or a web address. */
export function linkTarget(value: string): string {
  return value.startsWith('/') ? ownPath(value) : webUrl(value);
}
