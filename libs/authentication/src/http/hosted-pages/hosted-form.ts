import type { FormPage } from '../../pages/form-page.js';
import type { LinkForm, PageBody } from '../../link-pages/link-page.js';
import type { SignInFlow } from '../../sign-in-flows.js';
import type { Visitor } from './hosted-sign-in.service.js';

/** What a form is shown for. */
export interface FormOccasion {
  readonly flow: SignInFlow;
  readonly visitor: Visitor;
  /** The token of the form that signs out. */
  readonly signOut: string;
  readonly form: FormPage;
  /** What was typed before, or asked for in the address. */
  readonly typed: LinkForm;
}

/** A page of the sign-in journey with a form: how it looks. What it does is its controller's. */
export interface HostedForm {
  /** Where it is shown and posts to. */
  readonly path: `/flow/${string}`;
  /** @throws AppError where there is nothing to ask for */
  render(occasion: FormOccasion): PageBody | Promise<PageBody>;
}
