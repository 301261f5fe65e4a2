const { existsSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');

/**
 * The source file behind an import that TypeScript's rules resolve and Node's do not: `@app/<lib>`,
 * `@app/<lib>/<face>`, and `./x.js` where the file is x.ts or x.tsx. undefined: not such an import.
 */
function sourceOf(request, importer) {
  const app = /^@app\/([^/]+)(?:\/(.+))?$/.exec(request);
  if (app) {
    const base = join(root, 'libs', app[1], 'src', app[2] ?? 'index');
    return [`${base}.ts`, `${base}.tsx`].find((file) => existsSync(file));
  }
  if (!/^\.{1,2}\/.*\.js$/.test(request) || importer.includes('/node_modules/')) return undefined;
  const base = resolve(importer, request).slice(0, -'.js'.length);
  return [`${base}.ts`, `${base}.tsx`].find((file) => existsSync(file));
}

/**
 * Jest's resolver. Packages that offer only the `import` condition are found too: the transformer makes
 * CommonJS of them.
 */
function resolver(request, options) {
  const source = sourceOf(request, options.basedir);
  if (source) return source;
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    try {
      return options.defaultResolver(request, { ...options, conditions: [...(options.conditions ?? []), 'import'] });
    } catch {
      throw error;
    }
  }
}

/** Jest loads globalSetup with Node's own resolver: teach that one the same two rules. */
function teachNode() {
  const Module = require('node:module');
  const original = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const source = parent?.filename ? sourceOf(request, dirname(parent.filename)) : undefined;
    return source ?? original.call(this, request, parent, ...rest);
  };
}

module.exports = { sync: resolver, teachNode };
