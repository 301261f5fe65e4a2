import { webUrl } from '../addresses.js';
import { singleLine } from '../single-line.js';
import type { MailContent } from './mail-content.js';

/**
 * Gives the content with everything on its one line, and its address checked: both parts are made from the result.
 * @throws TypeError for an address that is not http or https.
 */
export function normalise(content: MailContent): MailContent {
  return {
    productName: singleLine(content.productName),
    preheader: singleLine(content.preheader),
    title: singleLine(content.title),
    paragraphs: content.paragraphs.map(singleLine),
    ...(content.action && { action: { label: singleLine(content.action.label), url: webUrl(content.action.url) } }),
    ...(content.code !== undefined && { code: singleLine(content.code) }),
    ...(content.facts && {
      facts: content.facts.map(([label, value]) => [singleLine(label), singleLine(value)] as const),
    }),
    ...(content.closing && { closing: content.closing.map(singleLine) }),
  };
}
