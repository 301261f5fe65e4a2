/*
 * npm run bench: builds what is stale, compiles bench/ beside it and measures. See docs/performance.md.
 *
 *   npm run bench                some minutes; ends with 1 where timing tells known from unknown addresses
 *   npm run bench -- --quick     seconds: shows that everything works, its figures mean nothing
 *   npm run bench -- --openid    two minutes: only what is measured beside a bare oidc-provider
 */
import './node-version.mjs';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { buildIfStale, root } from './build.mjs';

/** bench/ is no part of a release, so `nest build` leaves it alone. */
function compileBench() {
  for (const entry of readdirSync(join(root, 'bench'), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.spec.ts')) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(root, 'dist', source.slice(root.length).replace(/\.ts$/, '.js'));
    const { code } = transformSync(readFileSync(source, 'utf8'), {
      filename: source,
      swcrc: false,
      sourceMaps: 'inline',
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
}

buildIfStale();
compileBench();
await import(pathToFileURL(join(root, 'dist', 'bench', 'main.js')).href);
