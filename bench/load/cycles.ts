import type { Exchange } from './requests.js';

/** Each in its turn, without end. */
export function cycle(all: readonly Exchange[]): () => Exchange {
  let at = 0;
  return () => all[at++ % all.length] as Exchange;
}

/** Each works once. */
export function once(all: readonly Exchange[]): () => Exchange {
  let at = 0;
  return () => {
    const exchange = all[at++];
    if (!exchange) throw new Error(`more than the ${all.length} that were prepared`);
    return exchange;
  };
}
