interface Template {
  readonly segments: readonly string[];
  readonly methods: readonly string[];
}

/** The paths that exist, so that a wrong method can be told from a wrong path. Asked for only on the way to a 404. */
export class KnownRoutes {
  private readonly templates: Template[] = [];

  add(url: string, method: string | readonly string[]): void {
    this.templates.push({ segments: url.split('/'), methods: [method].flat() });
  }

  /** The methods that this path takes; empty: there is no such path. */
  methodsOf(url: string): string[] {
    const path = (url.split('?', 1)[0] ?? '').split('/');
    const methods = this.templates.filter((template) => matches(template.segments, path)).flatMap((t) => t.methods);
    return [...new Set(methods)].sort();
  }
}

function matches(template: readonly string[], path: readonly string[]): boolean {
  // A wildcard route answers every method and path below it by itself: it never says 405.
  if (template.length !== path.length) return false;
  return template.every((segment, at) => (segment.startsWith(':') ? path[at] !== '' : segment === path[at]));
}
