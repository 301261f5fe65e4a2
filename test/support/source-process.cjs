/*
 * node test/support/source-process.cjs program.ts …: runs TypeScript sources in a process of their own, for tests that
 * kill one or run one as another user. Types are stripped here; ESM packages load by Node's require().
 */
require('reflect-metadata');
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');
const { teachNode } = require('../jest-resolver.cjs');

teachNode();

const compile = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: filename.endsWith('.tsx'), decorators: true, dynamicImport: true },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: false,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
      keepClassNames: true,
    },
  });
  module._compile(code, filename);
};
Module._extensions['.ts'] = compile;
Module._extensions['.tsx'] = compile;

// The program sees its arguments where it would without this file.
process.argv.splice(1, 1);
require(resolve(process.argv[1]));
