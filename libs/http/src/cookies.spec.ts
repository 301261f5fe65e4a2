import type { FastifyReply, FastifyRequest } from 'fastify';
import { clearHostCookie, hostCookie, readCookie, sessionCookieName } from './cookies.js';

const carrying = (cookie?: string): FastifyRequest => ({ headers: { cookie } }) as unknown as FastifyRequest;

it.each([
  [undefined, undefined],
  ['', undefined],
  ['a=1', '1'],
  ['b=2; a=1', '1'],
  ['b=2;a=1;c=3', '1'],
  ['xa=2; a=1', '1'],
  ['ab=2', undefined],
  ['a', undefined],
  ['a=', ''],
  ['a=x=y', 'x=y'],
  ['a=first; a=second', 'first'],
  ['; ;a=1', '1'],
])('reads from %j', (header, expected) => {
  expect(readCookie(carrying(header), 'a')).toBe(expected);
});

function headersSet(set: (reply: FastifyReply) => void): string[] {
  const values: string[] = [];
  set({ header: (_name: string, value: string) => values.push(value) } as unknown as FastifyReply);
  return values;
}

it('sets a cookie that only this host gets back, over https, out of reach of scripts', () => {
  expect(headersSet((reply) => hostCookie(reply, sessionCookieName, 'abc', { maxAge: 60 }))).toEqual([
    '__Host-gatehouse-session=abc; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax',
  ]);
  expect(headersSet((reply) => clearHostCookie(reply, sessionCookieName))).toEqual([
    '__Host-gatehouse-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax',
  ]);
});

it.each([
  ['plain', 'x'],
  ['__Host-a b', 'x'],
  ['__Host-a', 'x; Domain=evil'],
  ['__Host-a', 'x\r\ny'],
])('refuses the cookie %s=%j', (name, value) => {
  expect(() => headersSet((reply) => hostCookie(reply, name, value))).toThrow(TypeError);
});
