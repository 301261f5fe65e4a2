import { type BulkPassword, type KeycloakPassword, storedForeign } from '@app/credentials';
import { AppError } from '@app/errors';
import { InputPipe } from '@app/http';
import { type BulkUser, parseEmail, parseUserId, type Profile } from '@app/users';
import { type CandidateFactors, factorsOf } from './import-factors.js';
import { timeOf } from './import-time.js';
import { faulty, lineTooLong, notJson, notUtf8, passwordUnclear, unstorable } from './import.errors.js';
import { noTime, timePattern } from './imported-factors.dto.js';
import { ImportedUserDto } from './imported-user.dto.js';
import type { Line } from './lines.js';

/** What a line asks for. */
export interface Candidate {
  readonly line: number;
  readonly user: BulkUser;
  /** As it is to be stored. */
  readonly password: Omit<BulkPassword, 'userId'> | undefined;
  readonly factors: CandidateFactors;
}

/** A line that no account is made of, and why. */
export interface Refusal {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** Far above what an account can hold; below what a broken file could cost. */
export const lineLimit = 2 ** 20;
const depthLimit = 8;

const pipe = new InputPipe();

/** What a line says; undefined where it is blank. @param relyingParty the host name that passkeys work for here */
export function readLine(line: Line, relyingParty: string): Candidate | Refusal | undefined {
  try {
    return readBytes(line, relyingParty);
  } catch (error) {
    if (error instanceof AppError) return { line: line.number, ...reasonOf(error) };
    throw error;
  }
}

export const isRefusal = (read: Candidate | Refusal): read is Refusal => 'code' in read;

/** Code and sentence for the report, the faults of single members in it. */
export function reasonOf(error: AppError): { code: string; detail: string } {
  if (error.code !== 'http.invalid_input') return { code: error.code, detail: error.detail };
  const faults = error.faults.map(({ field, detail }) => `${printable(field)} ${detail}`);
  return reasonOf(faulty(`${faults.slice(0, 10).join('; ')}.`));
}

function readBytes({ number, bytes }: Line, relyingParty: string): Candidate | undefined {
  if (bytes === undefined) throw lineTooLong(lineLimit);
  const text = decoded(bytes);
  if (text.trim() === '') return undefined;
  const given = pipe.transform(parsed(text), { type: 'body', metatype: ImportedUserDto }) as ImportedUserDto;
  const factors = factorsOf(given, relyingParty);
  return { line: number, user: userOf(given, factors), password: passwordOf(given), factors };
}

function userOf(given: ImportedUserDto, { held }: CandidateFactors): BulkUser {
  const id = given.id === undefined || given.id === null ? undefined : parseUserId(given.id);
  if (id === undefined && given.id) throw faulty('id is no id of an account.');
  return {
    id,
    email: parseEmail(given.email),
    emailVerified: given.emailVerified ?? false,
    username: given.username ?? undefined,
    status: given.disabled === true ? 'disabled' : 'active',
    profile: given as Profile,
    phoneNumberVerified: given.phoneNumberVerified ?? false,
    roles: [...new Set(given.roles ?? [])],
    groups: [...new Set(given.groups ?? [])],
    secondFactors: held,
    createdAt: timeOf(given.createdAt, 'createdAt'),
    updatedAt: timeOf(given.updatedAt, 'updatedAt'),
  };
}

function passwordOf({ password, mustChangePassword }: ImportedUserDto): Candidate['password'] {
  if (password === undefined || password === null) return undefined;
  const { changedAt, disabledAt, ...hashed } = password as Record<string, unknown>;
  return {
    hash: hashOf(hashed),
    mustChange: mustChangePassword ?? false,
    changedAt: timeIn(changedAt, 'password.changedAt'),
    disabledAt: timeIn(disabledAt, 'password.disabledAt'),
  };
}

function timeIn(value: unknown, member: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !timePattern.test(value)) throw faulty(`${member} ${noTime.message}.`);
  return timeOf(value, member);
}

function hashOf({ hash, keycloak, ...others }: Record<string, unknown>): string {
  if (Object.keys(others).length > 0 || (hash === undefined) === (keycloak === undefined)) throw passwordUnclear();
  if (typeof hash === 'string') return storedForeign(hash);
  if (typeof keycloak !== 'object' || keycloak === null) throw passwordUnclear();
  return storedForeign(keycloak as KeycloakPassword);
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8();
  }
}

function parsed(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson();
  assertStorable(value, 0);
  return value;
}

function assertStorable(value: unknown, depth: number): void {
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value)) throw unstorable();
  if (typeof value !== 'object' || value === null) return;
  if (depth === depthLimit) throw faulty('The line is nested too deeply.');
  for (const member of Object.values(value)) assertStorable(member, depth + 1);
}

/** Names of unknown members come from the file. */
const printable = (field: string): string => (/^[\w.]{1,64}$/.test(field) ? field : 'a member');
