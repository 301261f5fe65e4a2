export type { Asset } from './asset.js';
export { icon } from './brand-mark.js';
export {
  formTarget,
  headersTowards,
  pageContentSecurityPolicy,
  pageHeaders,
  postingPageContentSecurityPolicy,
  scriptedPageHeaders,
} from './content-security-policy.js';
export { renderPage, type Page } from './document.js';
export { passkeyScript } from './passkey-script.js';
export { stylesheet } from './stylesheet/stylesheet.js';

export { Button, LinkButton } from './components/button.js';
export { Aside, Card, Emblem, Heading, Lead, Opening, Steps, type EmblemDrawing } from './components/card.js';
export { Choices } from './components/choices.js';
export { Code, CodeList, FactList } from './components/facts.js';
export { Field, type FieldProps } from './components/field.js';
export { csrfField, Form, hasErrors, type FormErrors } from './components/form.js';
export { Links, type PageLink } from './components/links.js';
export { Notice } from './components/notice.js';
export { PasskeyForm, PasskeyMissing } from './components/passkey-form.js';
export { ProblemPage } from './components/problem-page.js';

export type { Facts } from './facts.js';
export type { MailContent, RenderedMail } from './mail/mail-content.js';
export { renderMail } from './mail/render-mail.js';
export { ownPath } from './addresses.js';
export { singleLine } from './single-line.js';
export type { Tone } from './tokens.js';
export { deviceName } from './device-name.js';
