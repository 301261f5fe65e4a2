import type { Facts } from '../facts.js';

/** What a mail says. Its HTML and its text part are both made from this. */
export interface MailContent {
  readonly productName: string;
  /** What the inbox shows after the subject. */
  readonly preheader: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do; an http or https address. */
  readonly action?: { readonly label: string; readonly url: string };
  /** Something to type elsewhere. */
  readonly code?: string;
  readonly facts?: Facts;
  /** Remarks at the end: what to do if this was not you, how long the link lives. */
  readonly closing?: readonly string[];
}

export interface RenderedMail {
  readonly html: string;
  readonly text: string;
}
