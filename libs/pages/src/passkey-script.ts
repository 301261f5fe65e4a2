import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Asset, contentAddressed } from './asset.js';

/** The library as browsers take it. Its package names no path to this file. */
const library = readFileSync(
  join(
    dirname(createRequire(import.meta.url).resolve('@simplewebauthn/browser')),
    '..',
    'dist',
    'bundle',
    'index.umd.min.js',
  ),
  'utf8',
);

/**
 * Runs the form of PasskeyForm: it shows the form where the browser can use passkeys, fetches options from
 * `{action}/options`, and posts the authenticator's answer in the field `response`. Where the server says that the
 * page itself is over, it opens the page again, which says why. With `data-autofill` browsers offer passkeys in the
 * input with autocomplete "webauthn", too (conditional UI); the challenge of that is renewed before it expires.
 */
const source = `'use strict';
(() => {
  const { startAuthentication, startRegistration, browserSupportsWebAuthn, browserSupportsWebAuthnAutofill } =
    SimpleWebAuthnBrowser;
  const form = document.querySelector('form[data-passkey]');
  if (!form || !browserSupportsWebAuthn()) return;
  const making = form.dataset.passkey === 'create';
  const action = form.getAttribute('action');
  const status = form.querySelector('[role="status"]');
  const renewAfter = 240000;
  let busy = false;
  let due = true;

  const options = async () => {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    const answer = await fetch(action + '/options', { method: 'POST', body });
    if (!answer.ok) throw Object.assign(new Error('no options'), { status: answer.status });
    return (await answer.json()).publicKey;
  };
  const send = (response) => {
    busy = true;
    form.elements.response.value = JSON.stringify(response);
    form.submit();
  };
  const explain = ({ name, status: refused }) => {
    if (refused === 429) return 'Too many tries. Wait some minutes, then try again.';
    if (refused || name === 'TypeError') return 'The server did not answer as it should. Try again.';
    if (making && name === 'InvalidStateError') return 'This device has a passkey for your account already.';
    return making
      ? 'No passkey was made. Try again when you are ready.'
      : 'No passkey was used. Try again, or go on in another way.';
  };
  const ask = async () => {
    if (busy) return;
    busy = true;
    status.textContent = 'Follow what your browser or device asks for.';
    try {
      const optionsJSON = await options();
      send(await (making ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON })));
    } catch (error) {
      if ([401, 403, 410].includes(error.status)) return location.assign(action);
      busy = false;
      status.textContent = explain(error);
      due = true;
      offer();
    }
  };
  const offer = async () => {
    if (busy || document.hidden || !due || !('autofill' in form.dataset)) return;
    due = false;
    if (!(await browserSupportsWebAuthnAutofill())) return;
    setTimeout(() => {
      due = true;
      offer();
    }, renewAfter);
    try {
      const optionsJSON = await options();
      if (!busy) send(await startAuthentication({ optionsJSON, useBrowserAutofill: true }));
    } catch {
      // Nobody asked for it: the button is there, and says what is wrong.
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.assign(action);
  });
  document.addEventListener('visibilitychange', offer);
  document.querySelector('[data-passkey-missing]')?.remove();
  form.hidden = false;
  // What was hidden when the page opened could not take the focus then.
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) form.querySelector('[autofocus]')?.focus();
  });
  offer();
})();
`;

/** The only script of the pages, and only of those that offer a passkey. */
export const passkeyScript: Asset = contentAddressed('js', 'text/javascript; charset=utf-8', `${library}\n${source}`);
