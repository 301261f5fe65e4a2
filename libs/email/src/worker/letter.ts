/** What a composer writes. Subject in one line; the text part says all that the HTML says. */
export interface Letter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A letter as it is sent, at every attempt. */
export interface SealedLetter extends Letter {
  readonly messageId: string;
  readonly envelopeFrom: string;
  readonly recipient: string;
  /** Its bytes, headers included. ASCII, because bodies and headers are encoded. */
  readonly mime: string;
}
