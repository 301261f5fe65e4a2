/** 3 to 32 of letters, digits, dot, dash and underscore, beginning with a letter or digit: never mistaken for an address. */
export const usernamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$/;

/** What user names are compared by. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}
