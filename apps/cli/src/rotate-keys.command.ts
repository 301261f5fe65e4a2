import { SigningKeys, TokensModule } from '@app/tokens';
import type { Command } from './command.js';
import { withContext } from './with-context.js';

/** For a key that may have leaked, or on a schedule of one's own; the worker rotates by age anyway. */
export const rotateKeys: Command = {
  name: 'rotate-keys',
  summary: 'publish a new signing key for access tokens; it signs an hour later',
  run: (config) =>
    withContext(config, TokensModule, async (context) => {
      const keys = context.get(SigningKeys, { strict: false });
      await keys.rotate();
      const published = keys.jwks().keys.map(({ kid }) => String(kid));
      process.stdout.write(`Published: ${published.join(', ')}\n`);
    }),
};
