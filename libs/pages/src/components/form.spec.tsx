import { renderToString } from 'preact-render-to-string';
import { Field } from './field.js';
import { Form } from './form.js';

describe('a form', () => {
  it('posts and carries its CSRF token', () => {
    const html = renderToString(
      <Form action="/flow/reset" csrf="t0ken">
        <p>in</p>
      </Form>,
    );
    expect(html).toContain('<form method="post" action="/flow/reset">');
    expect(html).toContain('<input type="hidden" name="csrf" value="t0ken" autocomplete="off"/>');
    expect(html).not.toContain('role="alert"');
  });

  it('sums up its errors, each leading to its field', () => {
    const html = renderToString(
      <Form action="/x" csrf="" errors={{ email: 'Not an address.', form: 'Try again later.' }}>
        <p>in</p>
      </Form>,
    );
    expect(html).toMatch(/role="alert" aria-labelledby="error-summary" tabindex="-1" autofocus/);
    expect(html).toContain('<a href="#field-email">Not an address.</a>');
    expect(html).toContain('<li>Try again later.</li>');
  });
});

describe('a field', () => {
  it('ties label, hint and fault to its input', () => {
    const html = renderToString(
      <Field
        name="pw"
        type="password"
        label="Password"
        autocomplete="new-password"
        hint="Long."
        error="Short."
        minlength={15}
      />,
    );
    expect(html).toContain('<label for="field-pw">Password</label>');
    expect(html).toContain('aria-describedby="field-pw-error field-pw-hint"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('minlength="15"');
    expect(html).toContain('id="field-pw-error"');
  });

  it('never cuts what is pasted and never sends a password back', () => {
    const smuggled = { name: 'pw', type: 'password', label: 'P', autocomplete: 'off', value: 'secret' } as const;
    const html = renderToString(<Field {...smuggled} />);
    expect(html).not.toContain('maxlength');
    expect(html).not.toContain('secret');
  });

  it('says nothing of errors and hints it does not have', () => {
    const html = renderToString(<Field name="a" type="text" label="A" autocomplete="off" optional />);
    expect(html).not.toMatch(/aria-|required/);
    expect(html).toContain('A (optional)');
  });
});
