/** What a mail knows of its event besides time and place. */
export type SecurityAlertFacts = Readonly<Record<string, unknown>>;

export interface Wording {
  readonly subject: (productName: string) => string;
  readonly preheader: string;
  readonly title: string;
  readonly paragraphs: (facts: SecurityAlertFacts) => readonly string[];
}

/** Mails about what an attack would look like, by their cause. */
const wordings = {
  refresh_token_reuse: {
    subject: (productName) => `Security alert: we ended a session of your ${productName} account`,
    preheader: 'A sign-in key was used twice. We stopped it.',
    title: 'We ended one of your sessions',
    paragraphs: () => [
      'To keep you signed in, an app swaps its key for a new one again and again. Just now an old key was used a second time. Somebody may have copied it, so we ended that session.',
      'What to do: sign in again. If you do not know the device below, change your password too. That ends all your other sessions.',
      'This is where the old key was used:',
    ],
  },
} satisfies Readonly<Record<string, Wording>>;

export type SecurityAlertCause = keyof typeof wordings;

export const wordingOf = (cause: SecurityAlertCause): Wording => wordings[cause];

export const isSecurityAlertCause = (value: unknown): value is SecurityAlertCause =>
  typeof value === 'string' && Object.hasOwn(wordings, value);
