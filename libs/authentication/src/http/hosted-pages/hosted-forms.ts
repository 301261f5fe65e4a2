import { Injectable } from '@nestjs/common';
import { AddPasskeyForm } from './add-passkey.form.js';
import { ForgotPasswordForm } from './forgot-password.form.js';
import type { HostedForm } from './hosted-form.js';
import { MagicCodeForm, MagicLinkForm } from './magic-link.form.js';
import { NewPasswordForm } from './new-password.form.js';
import { RegisterForm } from './register.form.js';
import { SecondFactorForm } from './second-factor.form.js';
import { SignInForm } from './sign-in.form.js';

export const hostedFormProviders = [
  SignInForm,
  SecondFactorForm,
  NewPasswordForm,
  RegisterForm,
  ForgotPasswordForm,
  MagicLinkForm,
  MagicCodeForm,
  AddPasskeyForm,
];

/** Finds the form of a page, for who has to show it again. */
@Injectable()
export class HostedForms {
  private readonly byPath: ReadonlyMap<string, HostedForm>;

  constructor(
    signIn: SignInForm,
    secondFactor: SecondFactorForm,
    newPassword: NewPasswordForm,
    register: RegisterForm,
    forgotPassword: ForgotPasswordForm,
    magicLink: MagicLinkForm,
    magicCode: MagicCodeForm,
    addPasskey: AddPasskeyForm,
  ) {
    const byMail = [register, forgotPassword, magicLink, magicCode];
    const forms: HostedForm[] = [signIn, secondFactor, newPassword, ...byMail, addPasskey];
    this.byPath = new Map<string, HostedForm>([
      ...forms.map((form) => [form.path, form] as const),
      [signIn.passkeyPath, signIn],
    ]);
  }

  find(path: string | undefined): HostedForm | undefined {
    return path === undefined ? undefined : this.byPath.get(path);
  }
}
