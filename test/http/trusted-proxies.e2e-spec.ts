import { call } from './support/calls.js';
import { addressOf, smallApp } from './support/small-app.js';
import { testConfig } from './support/test-config.js';

async function addressSeen(proxies: string, forwarded?: string): Promise<unknown> {
  const app = await smallApp(testConfig(proxies === '' ? {} : { GATEHOUSE_TRUSTED_PROXIES: proxies }));
  try {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    return (await call(await addressOf(app), '/v1/things/client', { headers })).json['address'];
  } finally {
    await app.close();
  }
}

it.each([
  // trusted proxies, X-Forwarded-For, the address that counts; the peer is 127.0.0.1
  ['nobody is trusted', '', '203.0.113.9', '127.0.0.1'],
  ['the peer is not among the trusted', '10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
  ['the peer is trusted', '127.0.0.0/8', '203.0.113.9', '203.0.113.9'],
  ['the client put another before its own', '127.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['two proxies are trusted', '127.0.0.1,10.0.0.0/8', '198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['an IPv6 client', '127.0.0.1', '2001:DB8:0:0::1', '2001:db8::1'],
  ['IPv4 in its IPv6 form', '127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['nonsense from a trusted proxy', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['nothing from a trusted proxy', '127.0.0.1', undefined, '127.0.0.1'],
  ['everybody in the chain is trusted', '127.0.0.1,203.0.113.0/24', '203.0.113.9', '203.0.113.9'],
])('%s', async (_, proxies, forwarded, expected) => {
  expect(await addressSeen(proxies, forwarded)).toBe(expected);
});
