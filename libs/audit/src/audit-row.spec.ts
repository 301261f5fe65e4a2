import { auditRows, inetOf } from './audit-row.js';

describe('an audit row', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', null],
    ['', null],
    [null, null],
  ])('takes %s as the address %s', (given, kept) => {
    expect(inetOf(given)).toBe(kept);
  });

  it('is named as its columns, and what is unknown is null', () => {
    const client = { address: null, userAgent: null, requestId: null };
    expect(JSON.parse(auditRows([{ type: 'test.event', client }]))).toEqual([
      {
        type: 'test.event',
        user_id: null,
        actor_id: null,
        session_id: null,
        address: null,
        user_agent: null,
        request_id: null,
        data: {},
      },
    ]);
  });
});
