/** The outbox topic of mails, and the name of their queue. */
export const mailTopic = 'mail';

/** What a sealed value of a mail is bound to, so that it opens nowhere else. */
export const secretContext = (id: string): string => `mail:${id}:secret`;

export const letterContext = (id: string): string => `mail:${id}:letter`;
