import { Readable } from 'node:stream';
import { batchesOf, linesOf } from './lines.js';

async function cut(text: string, chunkBytes: number, limit = 100): Promise<(string | undefined)[]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const lines: (string | undefined)[] = [];
  for await (const { number, bytes: line } of linesOf(Readable.from(chunks) as AsyncIterable<Buffer>, limit)) {
    expect(number).toBe(lines.length + 1);
    lines.push(line?.toString());
  }
  return lines;
}

describe('the lines of a stream', () => {
  it.each([1, 2, 3, 7, 1000])('are the same however it comes in pieces, here of %i bytes', async (bytes) => {
    expect(await cut('one\n\nzwölf\r\nfour', bytes)).toEqual(['one', '', 'zwölf\r', 'four']);
    expect(await cut('one\ntwo\n', bytes)).toEqual(['one', 'two']);
    expect(await cut('', bytes)).toEqual([]);
  });

  it.each([1, 3, 1000])('past the limit are told and not held, in pieces of %i bytes', async (bytes) => {
    expect(await cut(`a\n${'x'.repeat(11)}\nb\n${'y'.repeat(10)}\n${'z'.repeat(500)}`, bytes, 10)).toEqual([
      'a',
      undefined,
      'b',
      'yyyyyyyyyy',
      undefined,
    ]);
  });

  it('come in batches, the last of which may be smaller', async () => {
    const batches: (readonly number[])[] = [];
    for await (const batch of batchesOf(Readable.from([1, 2, 3, 4, 5]) as AsyncIterable<number>, 2))
      batches.push(batch);
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });
});
