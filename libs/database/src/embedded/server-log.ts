import { readFileSync, renameSync, statSync } from 'node:fs';

const largest = 10 * 1024 * 1024;
const shownLines = 15;

/** Sets a log that has grown large aside (one generation is kept) and returns the size of the one in use. */
export function rotatedLogSize(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < largest) return size;
  renameSync(file, `${file}.1`);
  return 0;
}

/** The last lines that were written after `start`. */
export function tailOf(file: string, start: number): string {
  const text = readFileSync(file).subarray(start).toString();
  return text.trim().split('\n').slice(-shownLines).join('\n');
}
