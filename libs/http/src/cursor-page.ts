import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { AppError } from '@app/errors';

/** One page of a list, newest or smallest first; `nextCursor` is null on the last. */
export interface CursorPage<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The query of a list; extend it for filters. */
export class CursorQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d+$/.test(value) ? +value : value))
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50;

  @ApiPropertyOptional({ type: 'string', description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(512)
  @Matches(/^[A-Za-z0-9_-]+$/, { message: 'is not a cursor' })
  cursor?: string;
}

/**
 * Makes a page of up to `limit` items from `limit + 1` rows: the extra one only shows that more follow.
 * `positionOf` gives the sort key of an item, which the next query continues after.
 */
export function cursorPage<Item>(
  rows: readonly Item[],
  limit: number,
  positionOf: (item: Item) => readonly string[],
): CursorPage<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') : null,
  };
}

/**
 * The position in a cursor; undefined for the first page.
 * @throws AppError invalid `http.invalid_cursor` for one that no page gave out.
 */
export function readCursor(cursor: string | undefined, length: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(position) && position.length === length && position.every(isText)) return position;
  } catch {
    // Not JSON: refused below like any other.
  }
  throw invalidCursor();
}

/** For a cursor that readCursor took and whose position the list cannot have given out. */
export const invalidCursor = (): AppError =>
  new AppError('invalid', 'http.invalid_cursor', 'The cursor is none that this list gave out.');

const isText = (part: unknown): part is string => typeof part === 'string' && !part.includes('\0');
