import { htmlPart } from './html-part.js';
import type { MailContent, RenderedMail } from './mail-content.js';
import { normalise } from './normalise.js';
import { textPart } from './text-part.js';

/**
 * Makes both parts of a mail from one content.
 * @throws TypeError when the action's address is not http or https.
 */
export function renderMail(content: MailContent): RenderedMail {
  const normal = normalise(content);
  return { html: htmlPart(normal), text: textPart(normal) };
}
