/*
 * Control characters (line breaks among them), the Unicode line separators, and the marks that turn the reading
 * direction around: with these a device name or a product name could rewrite what stands beside it.
 */
const unruly = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Text that stays on one line: subjects, titles, labels, facts. */
export function singleLine(text: string): string {
  return text.replace(unruly, ' ').replace(/\s+/g, ' ').trim();
}
