import { deviceName, type Facts } from '@app/pages';

/** When, and from where, something was asked for or done. A ClientInfo fits `client`. */
export interface EventOrigin {
  readonly at: Date;
  readonly client: { readonly address: string | null; readonly userAgent: string | null };
}

const clock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** `21 November 2025 at 09:41 UTC`. */
export const utcTime = (at: Date): string => `${clock.format(at)} UTC`;

/** The facts by which the owner of an account recognises an event. */
export function eventFacts({ at, client }: EventOrigin): Facts {
  return [
    ['When', utcTime(at)],
    ['Device', deviceName(client.userAgent)],
    ['IP address', client.address ?? 'Unknown'],
  ];
}
