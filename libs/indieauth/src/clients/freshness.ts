const unsaid = 300;
const longest = 86_400;

/** Seconds for which a client's document need not be fetched again, by its Cache-Control (RFC 9111). */
export function freshFor(cacheControl: string | null): number {
  const directives = (cacheControl ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const maxAge = directives.map((one) => /^max-age="?(\d{1,10})"?$/.exec(one)?.[1]).find((age) => age !== undefined);
  return maxAge === undefined ? unsaid : Math.min(Number(maxAge), longest);
}
