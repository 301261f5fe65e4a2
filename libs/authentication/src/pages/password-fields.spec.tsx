import { renderPage } from '@app/pages';
import { samplePages } from '../../../../test/browser/support/sample-pages.js';

const pages = Object.entries(samplePages).map(([name, { page, body }]) => ({ name, html: renderPage(page, body) }));
const inputs = pages.flatMap(({ name, html }) => (html.match(/<input[^>]*>/g) ?? []).map((input) => ({ name, input })));
const passwords = inputs.filter(({ input }) => /type="password"/.test(input));

describe('password fields', () => {
  it('are on the pages that take a password', () => {
    expect(new Set(passwords.map(({ name }) => name)).size).toBeGreaterThan(6);
  });

  it('are masked, on whatever page', () => {
    const named = inputs.filter(({ input }) => /name="[^"]*password/i.test(input));
    expect(named.filter(({ input }) => !/type="password"/.test(input))).toEqual([]);
  });

  it('are open to pasting and to password managers, and cut nothing off', () => {
    for (const { name, input } of passwords) {
      expect([name, input]).toEqual([name, expect.stringMatching(/autocomplete="(current|new)-password"/)]);
      expect([name, input]).toEqual([name, expect.not.stringMatching(/ on\w+=|maxlength|readonly/i)]);
    }
  });
});
