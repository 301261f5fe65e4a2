import {
  Card,
  Field,
  Form,
  icon,
  LinkButton,
  Notice,
  pageContentSecurityPolicy,
  renderPage,
  stylesheet,
} from './index.js';
import { contentAddressed } from './asset.js';

const hostile = `"><script>alert('x')</script>&<b>`;

describe('a page', () => {
  const html = renderPage(
    { title: hostile, productName: hostile },
    <Card>
      <Notice tone="info" title={hostile}>
        {hostile}
      </Notice>
      <Form action="/x" csrf={hostile} errors={{ name: hostile }}>
        <Field
          name="name"
          type="text"
          label={hostile}
          hint={hostile}
          error={hostile}
          value={hostile}
          autocomplete="off"
        />
      </Form>
    </Card>,
  );

  it('escapes whatever it is given', () => {
    expect(html).not.toMatch(/<script|<b>/);
    expect(html.match(/&lt;script/g)!.length).toBeGreaterThanOrEqual(11);
  });

  it('holds no inline style and no script, which its content policy would refuse', () => {
    expect(html).not.toMatch(/ style=|<style| on[a-z]+=/i);
    expect(pageContentSecurityPolicy).toContain("default-src 'none'");
    expect(pageContentSecurityPolicy).not.toContain('unsafe');
  });

  it('links the stylesheet and the icon, and asks robots to leave', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html).toContain(`<link rel="stylesheet" href="${stylesheet.path}"/>`);
    expect(html).toContain(`href="${icon.path}"`);
    expect(html).toContain('<meta name="robots" content="noindex, nofollow"/>');
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
  });

  it('says first of all in its title that a form has errors', () => {
    const body = <Card>text</Card>;
    expect(renderPage({ title: 'Sign in', productName: 'G', invalid: true }, body)).toContain(
      '<title>Error: Sign in · G</title>',
    );
    expect(renderPage({ title: 'Sign in', productName: 'G', lang: 'de' }, body)).toContain('<html lang="de">');
  });
});

describe('an asset', () => {
  it('has a path that follows its content and nothing else', () => {
    const one = contentAddressed('css', 'text/css', 'a{}');
    expect(contentAddressed('css', 'text/css', 'a{}').path).toBe(one.path);
    expect(contentAddressed('css', 'text/css', 'b{}').path).not.toBe(one.path);
    expect(one.path).toMatch(/^\/assets\/gatehouse\.[0-9a-f]{16}\.css$/);
  });

  it('of ours fetches nothing from elsewhere', () => {
    expect(stylesheet.body).not.toMatch(/url\(|@import/);
    expect(stylesheet.body).toContain('prefers-color-scheme: dark');
  });
});

describe('links and forms', () => {
  it.each(['javascript:alert(1)', '//elsewhere.example', '/\\elsewhere.example', 'data:text/html,x', 'sign-in'])(
    'never lead to %s',
    (href) => {
      expect(() => LinkButton({ label: 'Go', href })).toThrow(TypeError);
      expect(() => Form({ action: href, csrf: '', children: null })).toThrow(TypeError);
    },
  );

  it('lead to paths of this server, links to web addresses too', () => {
    expect(LinkButton({ label: 'Go', href: '/sign-in?next=1' }).props).toMatchObject({ href: '/sign-in?next=1' });
    expect(LinkButton({ label: 'Go', href: 'https://app.example' }).props).toMatchObject({
      href: 'https://app.example/',
    });
    expect(() => Form({ action: 'https://app.example/', csrf: '', children: null })).toThrow(TypeError);
  });
});
