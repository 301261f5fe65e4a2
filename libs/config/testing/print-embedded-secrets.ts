/* node test/support/source-process.cjs …/print-embedded-secrets.ts <folder>: what one process gets. */
import { embeddedSecrets } from '../src/embedded-secrets.js';

process.stdout.write(JSON.stringify(embeddedSecrets(process.argv[2] ?? '')));
