/** What came is no answer of the range API. */
export class BreachRangeError extends Error {
  override readonly name = 'BreachRangeError';
}

const entry = /^([0-9A-F]{35}):(\d{1,12})$/i;

/**
 * Whether the rest of a SHA-1 stands in an answer of the range API: lines of `SUFFIX:COUNT`, where a count of 0 is
 * padding.
 * @throws BreachRangeError for anything else: an error page must not pass for "not breached".
 */
export function isAmong(suffix: string, answer: string): boolean {
  const lines = answer.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0) throw new BreachRangeError('an empty answer');
  let found = false;
  for (const line of lines) {
    const [, known, count] = entry.exec(line) ?? [];
    if (known === undefined) throw new BreachRangeError('an answer that is no range');
    if (known.toUpperCase() === suffix && Number(count) > 0) found = true;
  }
  return found;
}
