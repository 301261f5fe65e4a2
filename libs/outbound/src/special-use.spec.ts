import { Reachable } from './special-use.js';

const nothingMore = new Reachable([]);

describe('what fetches may reach', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'])('is %s', (address) => {
    expect(nothingMore.has(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'no address',
    '',
  ])('is not %s', (address) => {
    expect(nothingMore.has(address)).toBe(false);
  });

  it('is what the operator named besides, and nothing next to it', () => {
    const more = new Reachable(['127.0.0.1', '10.1.0.0/16', 'fd12::/64']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', '10.1.255.1', 'fd12::5'].map((address) => more.has(address))).toEqual(
      Array(4).fill(true),
    );
    expect(['127.0.0.2', '10.2.0.1', 'fd12:0:0:1::5', '::1'].map((address) => more.has(address))).toEqual(
      Array(4).fill(false),
    );
  });
});
