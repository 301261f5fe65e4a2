import { cursorPage, readCursor } from './cursor-page.js';

const rows = [1, 2, 3].map((id) => ({ id: String(id) }));
const position = ({ id }: { id: string }): string[] => [id];

it('gives a cursor only where more follows, and it leads behind the last item', () => {
  const page = cursorPage(rows, 2, position);
  expect(page.items).toEqual(rows.slice(0, 2));
  expect(readCursor(page.nextCursor ?? undefined, 1)).toEqual(['2']);
  expect(cursorPage(rows, 3, position)).toEqual({ items: rows, nextCursor: null });
  expect(cursorPage([], 3, position)).toEqual({ items: [], nextCursor: null });
});

it('begins at the beginning without a cursor', () => {
  expect(readCursor(undefined, 1)).toBeUndefined();
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each(['x', '', encode('a'), encode([]), encode(['a', 'b']), encode([1]), encode(['a\0'])])(
  'refuses %j',
  (cursor) => {
    expect(() => readCursor(cursor, 1)).toThrow(expect.objectContaining({ code: 'http.invalid_cursor' }));
  },
);
