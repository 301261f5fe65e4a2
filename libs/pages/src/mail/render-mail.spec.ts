import { renderMail } from './render-mail.js';
import { wrap } from './text-part.js';

const content = { productName: 'Gatehouse', preheader: 'p', title: 'Title', paragraphs: ['One.'] };
const hostile = `<img src=x onerror=alert(1)>"'&`;

describe('the HTML part', () => {
  it('escapes whatever it is given', () => {
    const { html } = renderMail({
      productName: hostile,
      preheader: hostile,
      title: hostile,
      paragraphs: [hostile],
      facts: [[hostile, hostile]],
      code: hostile,
      action: { label: hostile, url: 'https://id.example/?a="><img>' },
      closing: [hostile],
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
  });

  it('is whole: language, title, colour schemes, tables that only arrange', () => {
    const { html } = renderMail({ ...content, action: { label: 'Go', url: 'https://id.example/link' } });
    expect(html).toMatch(/^<!doctype html><html lang="en"/);
    expect(html).toContain('<title>Title</title>');
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html.match(/<table/g)).toHaveLength(html.match(/role="presentation"/g)!.length);
    expect(html.match(/<table/g)).toHaveLength(html.match(/<\/table>/g)!.length);
    expect(html.match(/href="https:\/\/id\.example\/link"/g)).toHaveLength(2);
  });
});

describe('the address', () => {
  it.each(['javascript:alert(1)', 'ftp://id.example/', 'mailto:a@b', '/link/x', ''])('is never %s', (url) => {
    expect(() => renderMail({ ...content, action: { label: 'Go', url } })).toThrow(TypeError);
  });
});

describe('the text part', () => {
  const { text } = renderMail({
    ...content,
    paragraphs: ['A sentence that is clearly longer than one line may be, so that it has to be wrapped somewhere.'],
    facts: [
      ['When', '21 November'],
      ['IP address', '203.0.113.24'],
    ],
    code: 'ABCD',
    action: { label: 'Confirm', url: `https://id.example/link/${'x'.repeat(90)}` },
    closing: ['Bye.'],
  });

  it('says the same in the same order', () => {
    expect(text).toBe(
      [
        'Title\n=====',
        'A sentence that is clearly longer than one line may be, so that it has to be\nwrapped somewhere.',
        'When:       21 November\nIP address: 203.0.113.24',
        '    ABCD',
        `Confirm:\nhttps://id.example/link/${'x'.repeat(90)}`,
        'Bye.',
        '-- \nGatehouse\n',
      ].join('\n\n'),
    );
  });

  it('keeps lines within 78 columns, but addresses whole', () => {
    for (const line of text.split('\n')) {
      if (!line.startsWith('https:')) expect(line.length).toBeLessThanOrEqual(78);
    }
  });

  it('wraps under the value of a fact', () => {
    const lines = wrap(`Device:  ${'word '.repeat(30).trim()}`, '         ').split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(78);
    expect(lines[1]).toMatch(/^ {9}word/);
  });
});

describe('text from elsewhere', () => {
  it('cannot begin a line, or turn the reading direction', () => {
    const { text, html } = renderMail({
      ...content,
      productName: 'Gate\r\nBcc: x@example.org',
      title: 'Title\nhttps://evil.example',
      facts: [['Device', 'Fire\u202efox\u2028\nnext']],
    });
    expect(text).not.toMatch(/^(Bcc|https|next)/m);
    expect(text + html).not.toMatch(/[\r\u2028\u202e]/);
  });
});
