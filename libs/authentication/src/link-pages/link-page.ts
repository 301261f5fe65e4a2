import type { Asset, FormErrors } from '@app/pages';
import { AppError } from '@app/errors';
import type { VNode } from 'preact';
import type { ClientInfo } from '@app/audit';
import type { SignedIn } from '@app/sessions';
import type { FormPage } from '../pages/form-page.js';
import type { LinkPurpose } from '../pages/link-expired.page.js';

export interface PageBody {
  readonly title: string;
  readonly body: VNode;
  /** What it runs: only pages that offer a passkey run anything. */
  readonly script?: Asset;
}

export type LinkForm = Readonly<Record<string, string | undefined>>;

/** What a form's answer leads to: the facts for the last page, or the form again with what is wrong. */
export type Submission =
  | {
      readonly done: Readonly<Record<string, unknown>>;
      /** Opened for this browser, by cookie. */
      readonly session?: SignedIn | undefined;
      /** By which this browser is known from now on. */
      readonly device?: string | undefined;
    }
  | { readonly errors: FormErrors };

/** The pages behind one kind of mail link: one that asks, one that says it is done. */
export interface LinkPage {
  /** In `/link/{kind}/…` and `/flow/{kind}`. */
  readonly kind: string;
  readonly purpose: LinkPurpose;
  /** @throws AppError `tokens.*` where the link no longer works */
  ask(tokenHash: Buffer, form: FormPage, typed: LinkForm): Promise<PageBody>;
  /** @throws AppError `tokens.*` where the link no longer works */
  submit(tokenHash: Buffer, form: LinkForm, client: ClientInfo): Promise<Submission>;
  done(data: Readonly<Record<string, unknown>>): PageBody;
}

/** True for the errors that mean: this link no longer works. */
export const isDeadLink = (error: unknown): boolean => error instanceof AppError && error.code.startsWith('tokens.');

/** The faults of a refused password as the form shows them; other errors are thrown on. */
export function passwordErrors(error: unknown): FormErrors {
  if (!(error instanceof AppError) || error.kind !== 'invalid' || !error.code.startsWith('credentials.')) throw error;
  return { newPassword: error.detail };
}

/** Two entries that must agree; undefined where they do. */
export function repeatFault(form: LinkForm): FormErrors | undefined {
  if ((form['newPassword'] ?? '') === '') return { newPassword: 'Type a new password.' };
  if (form['newPassword'] !== form['repeatPassword']) return { repeatPassword: 'The two passwords differ.' };
  return undefined;
}
