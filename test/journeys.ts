import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/*
 * A share of all journeys in one module registry. Jest loads every module anew for every file it runs: for the whole
 * product that is two seconds of a core, which is more than most journeys take. `npm test` runs these shares; one
 * journey alone is run by its own file.
 */

const folders = ['api', 'mail'].map((folder) => join(__dirname, folder));

/** Dealt out by size, so that the shares take about as long as each other. */
function shareOf(share: number, shares: number): string[] {
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => /\.e2e-spec\.tsx?$/.test(file) && !new RegExp(journeysLeftOut).test(file))
    .map((file) => ({ file, size: statSync(file).size }))
    .sort((a, b) => b.size - a.size || a.file.localeCompare(b.file))
    .filter((_, at) => at % shares === share)
    .map(({ file }) => file);
}

for (const file of shareOf(journeyShare, journeyShares)) {
  // What a journey sets up outside its own blocks is torn down with this one.
  describe(relative(join(__dirname, '..'), file), () => {
    jest.requireActual(file);
  });
}
