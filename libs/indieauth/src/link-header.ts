/** Addresses that a Link header (RFC 8288) gives for a relation, as they are written. */
export function linkTargets(header: string | null, relation: string): string[] {
  if (header === null) return [];
  return [...header.matchAll(/<([^<>]*)>((?:\s*;\s*[\w!#$&+\-.^`|~*]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]+))?)*)/g)]
    .filter(([, , parameters = '']) => relationsOf(parameters).includes(relation))
    .map(([, target = '']) => target);
}

function relationsOf(parameters: string): string[] {
  const [, quoted, plain] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(parameters) ?? [];
  return (quoted ?? plain ?? '').split(/\s+/);
}
