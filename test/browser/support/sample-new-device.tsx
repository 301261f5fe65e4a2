import type { VNode } from 'preact';
import type { Page } from '@app/pages';
import { NotMeDonePage, notMeDoneTitle } from '../../../libs/authentication/src/pages/not-me-done.page.js';
import { NotMePage, notMeTitle } from '../../../libs/authentication/src/pages/not-me.page.js';

const productName = 'Gatehouse';
const form = { productName, action: '/link/submit', csrf: 'sample-token' };
const done = { productName, resetUrl: '/forgot-password' };

const sample = (title: string, body: VNode): { readonly page: Page; readonly body: VNode } => ({
  page: { title, productName },
  body,
});

/** The pages behind the link of a mail about a new device. */
export const newDevicePages = {
  'not-me': sample(notMeTitle, <NotMePage {...form} email="reader@example.org" />),
  'not-me-done': sample(notMeDoneTitle, <NotMeDonePage {...done} resetMailed />),
  'not-me-done-without-mail': sample(notMeDoneTitle, <NotMeDonePage {...done} resetMailed={false} />),
};
