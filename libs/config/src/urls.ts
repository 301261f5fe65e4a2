/** Where the setting's own syntax leaves the host out: `postgres://user:password@/name?host=/run/postgresql`. */
const socketForm = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)\//;

/** The URL that PostgreSQL's and Redis's drivers would see; undefined when they could not read it. */
export function readUrl(text: string): URL | undefined {
  const named = text.replace(socketForm, '$1socket/');
  return !/\s/.test(text) && URL.canParse(named) ? new URL(named) : undefined;
}

/** True where `text` is a URL of one of `schemes` that names a host (PostgreSQL: or a socket). */
export function isUrlOf(text: string, schemes: readonly string[]): boolean {
  const url = readUrl(text);
  if (!url || !schemes.includes(url.protocol.slice(0, -1)) || url.hostname === '') return false;
  return !socketForm.test(text) || url.searchParams.has('host');
}

/** True where `text` is exactly the origin of a web page, as browsers send it. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
