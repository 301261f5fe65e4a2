import { judgeFailure, oneLine } from './smtp-verdict.js';

const fault = (code: string, responseCode?: number): object =>
  Object.assign(new Error('words'), { code, responseCode, response: responseCode && `${responseCode} words` });

describe('a failed attempt', () => {
  it.each([
    ['recipient refused', fault('EENVELOPE', 550)],
    ['sender refused', fault('EENVELOPE', 553)],
    ['content refused', fault('EMESSAGE', 554)],
    ['too large for the server, says nodemailer', fault('EMESSAGE')],
  ])('is final: %s', (_, error) => {
    expect(judgeFailure(error).fate).toBe('failed');
  });

  it.each([
    ['greylisted', fault('EENVELOPE', 450)],
    ['mailbox full', fault('EMESSAGE', 452)],
    ['service closing', fault('EENVELOPE', 421)],
    ['authentication required', fault('EENVELOPE', 530)],
    ['credentials refused', fault('EAUTH', 535)],
    ['greeted with a refusal', fault('EPROTOCOL', 554)],
    ['commands out of order', fault('EENVELOPE', 503)],
    ['no connection', fault('ESOCKET')],
    ['no STARTTLS', fault('ETLS')],
    ['cut at the deadline', fault('EABORT')],
    ['something else', new Error('boom')],
  ])('is tried again: %s', (_, error) => {
    expect(judgeFailure(error).fate).toBe('deferred');
  });

  it('is told in one short printable line', () => {
    expect(oneLine('550-first\r\n550 second\u0000\u001b[31m')).toBe('550-first 550 second [31m');
    expect(oneLine('x'.repeat(1_000))).toHaveLength(300);
  });
});
