import type { VNode } from 'preact';
import { Aside, Card, Heading, Lead, pageHeaders, renderPage } from '@app/pages';
import type { CaughtMail } from './dev-inbox.js';

/**
 * A mail's HTML brings its styles with it, and its frame obeys this page's policy: inline styles are let in, and
 * scripts still are not.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const devInboxHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'content-security-policy': contentSecurityPolicy,
};

const link = /(https?:\/\/[^\s<>"]+)/;

/** The text part with its links to click on. */
function Text({ text }: { readonly text: string }): VNode {
  const parts = text.split(link).map((part, at) => (at % 2 === 1 ? <a href={part}>{part}</a> : part));
  return <pre style="white-space: pre-wrap; overflow-wrap: anywhere; font: inherit">{parts}</pre>;
}

/** Links of a mail open beside the inbox: our pages refuse to be framed. */
function openingOutside(html: string): string {
  const base = '<base target="_blank">';
  return html.includes('<head>') ? html.replace('<head>', `<head>${base}`) : base + html;
}

function Message({ mail }: { readonly mail: CaughtMail }): VNode {
  return (
    <Card>
      <article id={mail.id}>
        <h2 style="margin: 0; font-size: 1.25rem">{mail.subject}</h2>
        <p>To {mail.to}</p>
        <Text text={mail.text} />
        <details>
          <summary>HTML</summary>
          <iframe
            title={`HTML part: ${mail.subject}`}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            srcdoc={openingOutside(mail.html)}
            loading="lazy"
            style="width: 100%; height: 40rem; border: 0; background: #fff"
          />
        </details>
        <details>
          <summary>Headers</summary>
          <pre style="white-space: pre-wrap; overflow-wrap: anywhere">
            {Object.entries(mail.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
          </pre>
        </details>
      </article>
    </Card>
  );
}

/** The caught mails, newest first. */
export function renderDevInbox(mails: readonly CaughtMail[], productName: string): string {
  const title = 'Development inbox';
  return renderPage(
    { title, productName },
    <>
      <Card>
        <Heading>{title}</Heading>
        <Lead>
          {mails.length === 0
            ? 'No mail yet. What this installation would send shows up here.'
            : 'What this installation would have sent, newest first. No SMTP server is configured.'}
        </Lead>
        <Aside>As JSON: ask for this address with “Accept: application/json”.</Aside>
      </Card>
      {mails.map((mail) => (
        <div key={mail.id} style="margin-top: 1rem">
          <Message mail={mail} />
        </div>
      ))}
    </>,
  );
}
