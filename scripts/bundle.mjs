/*
 * Puts each app's main.js and all that it imports into few files: loading three thousand small ones took most of the
 * time of a start (docs/performance.md). Names and places stay: dist/apps/<app>/src/main.js is what runs, and
 * dist/libs beside it is what tests and tools import.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';

/** CommonJS packages expect these, which ES modules do not have. */
const commonJs = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __toPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __toPath(import.meta.url);
const __dirname = __toPath(new URL('.', import.meta.url));`;

/**
 * Left for Node to find at run time: packages with native code, and the many optional ones that Nest, TypeORM and
 * others look for and that are not installed.
 */
const leftOutside = {
  name: 'left-outside',
  setup(bundle) {
    bundle.onResolve({ filter: /^@node-rs\// }, ({ path }) => ({ path, external: true }));
    bundle.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'resolving' || rest.kind === 'entry-point') return undefined;
      const { errors } = await bundle.resolve(path, { ...rest, pluginData: 'resolving' });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/**
 * These look for packages by a require() that no bundler sees. At run time it would load TypeORM or class-validator a
 * second time, beside the bundled one and knowing nothing of it.
 */
const oneOfEach = {
  name: 'one-of-each',
  setup(bundle) {
    bundle.onLoad({ filter: /@nestjs\/(?:mapped-types|terminus|typeorm)\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('const require = createRequire(import.meta.url);', ''),
    }));
  },
};

/**
 * oidc-provider says on the console, as it is imported, what it thinks of Node 20 and of settings that we chose: among
 * the lines of a JSON log, and on the stderr of commands. Tests, which are not bundled, still show it.
 */
const quiet = {
  name: 'quiet',
  setup(bundle) {
    bundle.onLoad({ filter: /oidc-provider\/lib\/helpers\/attention\.js$/ }, () => ({
      contents: 'export function info() {}\nexport function warn() {}\n',
    }));
  },
};

/**
 * One character past Latin-1 makes V8 keep the whole file in two bytes a character, and esbuild leaves those in regular
 * expressions as they are: here they are written as escapes, which mean the same there.
 */
const oneByteEach = {
  name: 'one-byte-each',
  setup(bundle) {
    bundle.onLoad({ filter: /\/(?:validator\/lib\/.*|ansis\/index)\.c?js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /[^\0-\x7f]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    }));
  },
};

/** Bundles the apps that are built in this folder, in place. */
export async function bundleApps(dist) {
  rmSync(join(dist, 'chunks'), { recursive: true, force: true });
  const { metafile } = await esbuild({
    entryPoints: readdirSync(join(dist, 'apps'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(dist, 'apps', name, 'src', 'main.js')),
    outdir: dist,
    outbase: dist,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // As Node itself resolves packages, so that what runs is what was tested.
    mainFields: ['main'],
    conditions: [],
    // Names stay readable without `keepNames`, whose bookkeeping at every closure costs a quarter of a session check.
    minifyWhitespace: true,
    sourcemap: 'linked',
    legalComments: 'external',
    metafile: true,
    banner: { js: commonJs },
    plugins: [leftOutside, oneOfEach, quiet, oneByteEach],
    logLevel: 'error',
  });
  const wide = Object.keys(metafile.outputs).filter(
    (file) => file.endsWith('.js') && /[^\0-\x7f]/.test(readFileSync(file, 'utf8')),
  );
  if (wide.length > 0) throw new Error(`not ASCII, see oneByteEach: ${wide.join(', ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleApps(fileURLToPath(new URL('../dist', import.meta.url)));
}
