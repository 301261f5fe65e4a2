declare const accessValidFrom: unique symbol;

/**
 * `users.access_valid_from` as it was when something was proved or granted: that is worth something as long as the
 * account still has this very value. Compared for being the same, and in SQL: a time read beside it says nothing about
 * what was written at the same moment, and a Date would lose its microseconds.
 */
export type AccessValidFrom = string & { readonly [accessValidFrom]: true };

/** The expression that reads it of a row of `users`, or of one that keeps its value. */
export const readAccessValidFrom = (row: string): string =>
  `to_char(${row}.access_valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
