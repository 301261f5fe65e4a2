import { UnusableLetter, writeMime } from './mime.js';

const letter = { subject: 'Grüße', html: '<p>Grüße</p>', text: 'Grüße\n.\nend' };
const options = {
  id: '7c1b6a34-0000-4000-8000-000000000000',
  from: 'Gate "House" <gate@example.test>',
  recipient: 'ann@example.test',
  host: 'id.example.test',
  date: new Date('2026-01-02T03:04:05Z'),
};

describe('the bytes of a letter', () => {
  it('are the same each time', async () => {
    const [one, two] = await Promise.all([writeMime(letter, options), writeMime(letter, options)]);
    expect(one).toEqual(two);
    expect(one.mime).toContain('Date: Fri, 02 Jan 2026 03:04:05 +0000');
    expect(one.messageId).toBe(`<${options.id}@id.example.test>`);
    expect(one.envelopeFrom).toBe('gate@example.test');
  });

  it('are ASCII with CRLF line ends', async () => {
    const { mime } = await writeMime(letter, options);
    expect([...mime].every((character) => character.charCodeAt(0) < 128)).toBe(true);
    expect(mime.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each([
    ['subject', { ...letter, subject: 'a\r\nBcc: b@example.test' }, options],
    ['recipient', letter, { ...options, recipient: 'a@example.test\nBcc: b@example.test' }],
    ['sender', letter, { ...options, from: 'a@example.test\r\nX: y' }],
    ['Message-ID', letter, { ...options, host: 'a\r\nX: y' }],
  ])('never hold a line end in the %s', async (_, written, settings) => {
    await expect(writeMime(written, settings)).rejects.toThrow(UnusableLetter);
  });

  it('go to one recipient, whatever the address looks like', async () => {
    const { mime } = await writeMime(letter, { ...options, recipient: 'a@example.test, b@example.test' });
    expect(/^To: (.*)$/m.exec(mime)?.[1]).not.toMatch(/^a@example\.test, b@example\.test/);
  });
});
