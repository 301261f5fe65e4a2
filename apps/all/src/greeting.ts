import type { Config } from '@app/config';

/** What a person reads who just typed `npm start`. */
export function greeting(config: Config, firstAdminLink: string | undefined): string {
  const { publicUrl } = config.http;
  const lines = [
    '',
    `  ${config.runtime.productName} is running at ${publicUrl}`,
    '',
    `  API documentation   ${publicUrl}/docs`,
    ...(config.mail.devInbox ? [`  Mail it has sent    ${publicUrl}/dev/mail`] : []),
    `  Health and metrics  ${publicUrl}/health, ${publicUrl}/metrics`,
    `  Its data            ${config.database.dataDir}`,
    ...(firstAdminLink === undefined
      ? []
      : [
          '',
          '  There is no administrator yet. This link creates the first one; it works once:',
          `  ${firstAdminLink}`,
        ]),
    '',
    '',
  ];
  return lines.join('\n');
}
