import type { FormErrors } from '@app/pages';

/** What every page with a form is given. */
export interface FormPage {
  readonly productName: string;
  /** Where the form posts to, a path of this server. */
  readonly action: string;
  readonly csrf: string;
  /** What was wrong with the last attempt: field name → sentence; `form` for what belongs to no field. */
  readonly errors?: FormErrors | undefined;
}
