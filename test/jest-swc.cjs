/*
 * Jest runs in CommonJS mode: its ESM mode cannot run these suites on Node 20. Everything that is ESM, packages
 * included, is made CommonJS here; what is CommonJS already is left alone.
 */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createTransformer } = require('@swc/jest');
const { teachNode } = require('./jest-resolver.cjs');

teachNode();

const shared = { swcrc: false, sourceMaps: 'inline', module: { type: 'commonjs' } };
const typescript = createTransformer({
  ...shared,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', tsx: true, decorators: true, dynamicImport: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      react: { runtime: 'automatic', importSource: 'preact' },
    },
    keepClassNames: true,
  },
});
const javascript = createTransformer({ ...shared, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } });

const packageTypes = new Map();

/** The `type` of the package.json that governs a file. */
function packageType(folder) {
  const known = packageTypes.get(folder);
  if (known !== undefined) return known;
  const file = join(folder, 'package.json');
  const parent = dirname(folder);
  const type = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')).type ?? 'commonjs')
    : parent === folder
      ? 'commonjs'
      : packageType(parent);
  packageTypes.set(folder, type);
  return type;
}

function transformerOf(file) {
  if (/\.[mc]?tsx?$/.test(file)) return typescript;
  if (file.endsWith('.cjs')) return undefined;
  return file.endsWith('.mjs') || packageType(dirname(file)) === 'module' ? javascript : undefined;
}

const version = createHash('sha256')
  .update(readFileSync(__filename))
  .update(require('@swc/core/package.json').version)
  .update(process.version)
  .digest('hex');

/** An ESM file may declare its own __dirname; CommonJS has the name already. */
const withoutClashes = (source) =>
  ['__dirname', '__filename'].reduce(
    (text, name) =>
      new RegExp(`\\b(const|let|var)\\s+${name}\\b`).test(text) ? text.replaceAll(name, `${name}OfModule`) : text,
    source,
  );

module.exports = {
  process(source, file, options) {
    const transformer = transformerOf(file);
    return transformer ? transformer.process(withoutClashes(source), file, options) : { code: source };
  },
  getCacheKey(source, file, options) {
    const kind = transformerOf(file) ? 'esm' : 'cjs';
    return createHash('sha256')
      .update(version)
      .update(`\0${kind}\0${options.instrument}\0${file}\0`)
      .update(source)
      .digest('hex');
  },
};
