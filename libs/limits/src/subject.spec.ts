import { subject } from './subject.js';

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
  ['2001:db8:0:8::1', '2001:db8:0:8::/64'],
  [null, 'unknown'],
  ['nonsense', 'unknown'],
])('counts %s as %s', (address, expected) => {
  expect(subject.address(address)).toBe(expected);
});

it('folds what was typed as an account', () => {
  expect(subject.account(' Ann@EXAMPLE.test ')).toBe('ann@example.test');
  expect(subject.account('ａｎｎ')).toBe('ann');
});

it('keeps pairs apart that differ in either part', () => {
  const pairs = [subject.pair('a', '10.0.0.1'), subject.pair('a', '10.0.0.2'), subject.pair('b', '10.0.0.1')];
  expect(new Set(pairs).size).toBe(3);
});
