import { startApp } from '../support/app.js';
import { Installation } from '../faults/support/installation.js';

/** What runs is bundled from what is tested: a bundler may rename a class, and its name is part of the contract. */
describe('the bundled API', () => {
  it('describes itself as the sources do, name for name', async () => {
    const sources = await startApp({ queue: 'postgres' });
    const installation = await Installation.start({ worker: false });
    try {
      const [expected, bundled] = await Promise.all([
        documentAt(sources.api.baseUrl),
        documentAt(installation.api().url),
      ]);
      expect(Object.keys(expected.components.schemas).length).toBeGreaterThan(20);
      expect(bundled).toEqual({ ...expected, servers: bundled.servers });
    } finally {
      await installation.stop();
      await sources.stop();
    }
  });
});

interface Document {
  readonly servers?: unknown;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function documentAt(url: string): Promise<Document> {
  return (await fetch(new URL('/openapi.json', url))).json() as Promise<Document>;
}
