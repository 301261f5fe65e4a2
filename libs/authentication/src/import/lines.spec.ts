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

  async function batched(text: string, limit: { lines: number; bytes: number }): Promise<number[][]> {
    const lines = linesOf(Readable.from([Buffer.from(text)]) as AsyncIterable<Buffer>, 100);
    const batches: number[][] = [];
    for await (const batch of batchesOf(lines, limit)) batches.push(batch.map(({ number }) => number));
    return batches;
  }

  it('come in batches, the last of which may be smaller', async () => {
    expect(await batched('a\nb\nc\nd\ne', { lines: 2, bytes: 100 })).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('come in smaller batches where they are long, so that never more than so much is in memory', async () => {
    const text = `${'x'.repeat(60)}\n${'y'.repeat(60)}\na\nb\nc\n${'z'.repeat(100)}\nd`;
    expect(await batched(text, { lines: 4, bytes: 100 })).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
  });

  it('are read no further ahead than a batch, however long the file', async () => {
    let read = 0;
    function* endless(): Generator<Buffer> {
      for (; ; read += 1) yield Buffer.from(`${'x'.repeat(50)}\n`);
    }
    const lines = linesOf(endless() as unknown as AsyncIterable<Buffer>, 100);
    let seen = 0;
    for await (const batch of batchesOf(lines, { lines: 10, bytes: 1000 })) {
      seen += batch.length;
      expect(read - seen).toBeLessThanOrEqual(1);
      if (seen >= 5_000) break;
    }
  });
});
