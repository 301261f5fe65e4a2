import { faulty } from './import.errors.js';

/** A time as ISO 8601 in UTC. @throws AppError invalid `import.invalid_user` where no calendar has it */
export function timeOf(text: string | null | undefined, member: string): string | undefined {
  if (text === undefined || text === null) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw faulty(`${member} is no time.`);
  return time.toISOString();
}
