/** Shows enough of an address for its owner to know it, and too little for others to use: `a•••@example.org`. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = [...email.slice(0, Math.max(at, 0))];
  return `${first}•••${at < 0 ? '' : email.slice(at)}`;
}
