const wordings: Readonly<Record<string, string>> = {
  me: 'Learn that the page you choose is yours',
  profile: 'Your name and your picture',
  email: 'Your e-mail address',
  create: 'Create posts on your site',
  update: 'Change posts on your site',
  delete: 'Delete posts on your site',
  undelete: 'Restore deleted posts on your site',
  draft: 'Create drafts of posts on your site',
  media: 'Upload files to your site',
  read: 'Read the channels you follow',
  follow: 'Change whom you follow',
  mute: 'Change whom you mute',
  block: 'Change whom you block',
  channels: 'Change your channels',
};

/** What is asked for, a sentence each, with the scope as the application calls it. */
export const wordingsOf = (scopes: readonly string[]): string[] =>
  scopes.map((scope) => (scope === 'me' ? String(wordings['me']) : `${wordings[scope] ?? 'Use'} (${scope})`));
