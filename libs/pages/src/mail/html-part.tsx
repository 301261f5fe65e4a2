import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Facts } from '../facts.js';
import { headRules, inline } from './inline-styles.js';
import type { MailContent } from './mail-content.js';

/** A table that only arranges: screen readers pass over it. */
function Layout(props: {
  readonly children: ComponentChildren;
  readonly full?: boolean;
  readonly style?: string;
  readonly class?: string;
}): VNode {
  return (
    <table
      role="presentation"
      width={props.full ? '100%' : undefined}
      cellpadding="0"
      cellspacing="0"
      style={props.style}
      class={props.class}
    >
      <tbody>{props.children}</tbody>
    </table>
  );
}

function FactBox({ facts }: { readonly facts: Facts }): VNode {
  return (
    <Layout full style={inline.box}>
      <tr>
        <td class="inset" style={inline.facts}>
          <Layout>
            {facts.map(([label, value]) => (
              <tr key={label}>
                <td class="muted" style={inline.factLabel}>
                  {label}
                </td>
                <td class="ink" style={inline.factValue}>
                  {value}
                </td>
              </tr>
            ))}
          </Layout>
        </td>
      </tr>
    </Layout>
  );
}

function CodeBox({ code }: { readonly code: string }): VNode {
  return (
    <Layout full style={inline.box}>
      <tr>
        <td class="inset ink" style={inline.code}>
          {code}
        </td>
      </tr>
    </Layout>
  );
}

function Action({ label, url }: { readonly label: string; readonly url: string }): VNode {
  return (
    <>
      <Layout style={inline.box} class="wide">
        <tr>
          <td class="accent" align="center" style={inline.buttonCell}>
            <a class="accent" href={url} style={inline.button}>
              {label}
            </a>
          </td>
        </tr>
      </Layout>
      <p class="muted" style={inline.small}>
        If the button does not work, open this address in your browser:
        <br />
        <a class="link" href={url} style={inline.link}>
          {url}
        </a>
      </p>
    </>
  );
}

function Letter({ content }: { readonly content: MailContent }): VNode {
  const { productName, title, paragraphs, facts = [], code, action, closing = [] } = content;
  return (
    <Layout full style={inline.container}>
      <tr>
        <td style={inline.brandRow}>
          <Layout>
            <tr>
              <td class="accent" style={inline.mark} aria-hidden="true">
                {[...productName][0]}
              </td>
              <td class="ink" style={inline.brand}>
                {productName}
              </td>
            </tr>
          </Layout>
        </td>
      </tr>
      <tr>
        <td class="surface card" style={inline.card}>
          <h1 class="ink" style={inline.title}>
            {title}
          </h1>
          {paragraphs.map((paragraph) => (
            <p key={paragraph} class="ink" style={inline.paragraph}>
              {paragraph}
            </p>
          ))}
          {facts.length > 0 ? <FactBox facts={facts} /> : null}
          {code === undefined ? null : <CodeBox code={code} />}
          {action ? <Action {...action} /> : null}
          {closing.length > 0 ? (
            <div class="line" style={inline.closing}>
              {closing.map((remark) => (
                <p key={remark} class="muted" style={inline.small}>
                  {remark}
                </p>
              ))}
            </div>
          ) : null}
        </td>
      </tr>
      <tr>
        <td class="muted" style={inline.footer}>
          {productName} never asks for your password by e-mail.
        </td>
      </tr>
    </Layout>
  );
}

/** Pushes the first words of the letter out of the inbox's preview, so that it ends with the preheader. */
const previewFiller = '&#847;&zwnj;&nbsp;'.repeat(80);

/** The HTML part. What Outlook alone reads stands in comments, which a component cannot express: hence the strings. */
export function htmlPart(content: MailContent): string {
  const title = renderToString(<title>{content.title}</title>);
  const preheader = renderToString(<span>{content.preheader}</span>);
  const letter = renderToString(<Letter content={content} />);
  return (
    '<!doctype html><html lang="en" dir="ltr" xmlns:o="urn:schemas-microsoft-com:office:office"><head>' +
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<meta name="x-apple-disable-message-reformatting">' +
    '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    title +
    '<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>' +
    '</o:OfficeDocumentSettings></xml></noscript><![endif]-->' +
    `<style>${headRules}</style></head><body class="canvas" style="${attribute(inline.body)}">` +
    `<div style="${attribute(inline.preheader)}">${preheader}${previewFiller}</div>` +
    '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0" class="canvas" ' +
    `style="${attribute(inline.canvas)}"><tr><td class="outer" align="center" style="${attribute(inline.outer)}">` +
    '<!--[if mso]><table role="presentation" width="560" align="center"><tr><td><![endif]-->' +
    letter +
    '<!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>'
  );
}

const attribute = (style: string): string => style.replaceAll('"', '&quot;');
