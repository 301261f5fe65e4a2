import { AppError } from '@app/errors';
import { multiFactor, singleFactor } from '@app/sessions';
import type { FlowAim } from '../../sign-in-flows.js';

type Query = Readonly<Record<string, unknown>>;

const longestPath = 2000;
const longestHint = 320;
const longestAge = 31_536_000;
/** Pages that lead on by themselves: a flow that ended there would go round. */
const ownPages = /^\/(sign-in|sign-out|register|flow|link)(\/|$)/i;

/**
 * What the address of /sign-in asks for: `return_to`, `acr`, `max_age`, `login_hint`. Others are nobody's concern.
 * @throws AppError invalid `authentication.sign_in_address` naming what cannot be used
 */
export function aimOf(query: Query): FlowAim {
  return {
    begunBy: 'nothing',
    returnTo: read(query, 'return_to', returnPath),
    acrWanted: read(query, 'acr', (value) => ([singleFactor, multiFactor].includes(value) ? value : undefined)),
    maxAge: read(query, 'max_age', age),
    loginHint: read(query, 'login_hint', (value) => (value.length <= longestHint && isLine(value) ? value : undefined)),
  };
}

/** Whether an address asks for anything. */
export const asksForSomething = (aim: FlowAim): boolean =>
  [aim.returnTo, aim.acrWanted, aim.maxAge, aim.loginHint].some((part) => part !== null);

/**
 * A path of this server that a browser cannot take for another's: visible ASCII, one slash first, no backslash.
 * @returns undefined for everything else
 */
export function returnPath(value: string): string | undefined {
  if (value.length > longestPath || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(value)) return undefined;
  const base = 'https://here.invalid';
  if (!URL.canParse(value, base)) return undefined;
  const url = new URL(value, base);
  const path = decoded(url.pathname);
  if (url.origin !== base || path === undefined || path.startsWith('//') || ownPages.test(path)) return undefined;
  return value;
}

/** With the escapes undone, since routes are found that way; undefined where they make no text. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return text.includes('\\') || !isLine(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function age(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) && Number(value) <= longestAge ? Number(value) : undefined;
}

const isLine = (value: string): boolean => !/[\x00-\x1f\x7f\u2028\u2029]/.test(value);

function read<T>(query: Query, name: string, judge: (value: string) => T | undefined): T | null {
  const given = query[name];
  if (given === undefined || given === '') return null;
  const value = typeof given === 'string' ? judge(given) : undefined;
  if (value === undefined) throw unusable(name);
  return value;
}

const unusable = (name: string): AppError =>
  new AppError('invalid', 'authentication.sign_in_address', `The address that led here has an unusable ${name}.`);
