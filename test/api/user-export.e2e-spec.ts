import { randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { registerAndVerify, signIn, someone } from '../support/people.js';
import { Imports } from './support/imports.js';

const unique = randomBytes(3).toString('hex');
const at = (name: string): string => `${name}.${unique}@import.test`;
const bcrypt = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';

describe(`exporting users, queue on ${queueBackend}`, () => {
  let app: App;
  let imports: Imports;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    imports = await Imports.of(app);
  });

  afterAll(async () => {
    await imports.close();
    await app.stop();
  });

  it('gives back all it took, so that an export and an import bring the same accounts to another installation', async () => {
    await imports.run([
      { email: at('own'), emailVerified: true, name: 'Ada', groups: ['founders', 'analysts'], roles: ['editor'] },
      { email: at('foreign'), emailVerified: true, password: { hash: bcrypt } },
      { email: at('off'), disabled: true, mustChangePassword: true, password: { hash: bcrypt } },
    ]);
    const known = await registerAndVerify(app, someone('known'));
    const other = await startApp({ queue: queueBackend });
    const elsewhere = await Imports.of(other);
    try {
      const first = await imports.exported();
      expect(first).toHaveLength(4);
      expect((await elsewhere.run(first)).counts).toMatchObject({ lines: 4, imported: 4 });
      expect(await elsewhere.exported()).toEqual(first);
      await signIn(other, { email: at('foreign'), password: 'U*U*' });
      await signIn(other, known);
      const events = await app.sql(`SELECT data FROM audit_events WHERE type = 'users.exported'`);
      expect(events).toEqual([{ data: { withSecrets: false, users: 4 } }]);
    } finally {
      await elsewhere.close();
      await other.stop();
    }
  });
});
