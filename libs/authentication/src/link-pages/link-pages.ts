import { Injectable } from '@nestjs/common';
import { ConfirmEmailLinkPage } from './confirm-email.link-page.js';
import { FirstAdminLinkPage } from './first-admin.link-page.js';
import { InviteLinkPage } from './invite.link-page.js';
import type { LinkPage } from './link-page.js';
import { NotMeLinkPage } from './not-me.link-page.js';
import { RecoverLinkPage } from './recover.link-page.js';
import { ResetPasswordLinkPage } from './reset-password.link-page.js';
import { VerifyEmailLinkPage } from './verify-email.link-page.js';

export const linkPageProviders = [
  VerifyEmailLinkPage,
  ConfirmEmailLinkPage,
  ResetPasswordLinkPage,
  FirstAdminLinkPage,
  InviteLinkPage,
  RecoverLinkPage,
  NotMeLinkPage,
];

/** Finds the pages of a kind of link. */
@Injectable()
export class LinkPages {
  private readonly byKind: ReadonlyMap<string, LinkPage>;

  constructor(
    verifyEmail: VerifyEmailLinkPage,
    confirmEmail: ConfirmEmailLinkPage,
    resetPassword: ResetPasswordLinkPage,
    firstAdmin: FirstAdminLinkPage,
    recover: RecoverLinkPage,
    invite: InviteLinkPage,
    notMe: NotMeLinkPage,
  ) {
    const pages = [verifyEmail, confirmEmail, resetPassword, firstAdmin, recover, invite, notMe];
    this.byKind = new Map(pages.map((page) => [page.kind, page]));
  }

  find(kind: string): LinkPage | undefined {
    return this.byKind.get(kind);
  }
}
