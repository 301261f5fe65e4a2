/** One line of a stream of bytes. `bytes` is undefined where there were more than the limit. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

const newline = 0x0a;

/** Cuts a stream into lines and never holds more of it than one line may have. A last line needs no end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= limit) parts.push(part);
    else parts = [];
  };
  const line = (): Line => {
    const bytes = length <= limit ? Buffer.concat(parts) : undefined;
    parts = [];
    length = 0;
    return { number: number++, bytes };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}

/** Groups of at most so many lines, in order; fewer where they come to so many bytes before. */
export async function* batchesOf(
  lines: AsyncIterable<Line>,
  limit: { readonly lines: number; readonly bytes: number },
): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    bytes += line.bytes?.length ?? 0;
    if (batch.push(line) < limit.lines && bytes < limit.bytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
