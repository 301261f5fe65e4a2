import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/smtp.js';

/** Where Debian's packages put them; APACHE_PATH, which `npm test` sets, may name another program. */
const program = process.env['APACHE_PATH'] ?? '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';

export interface ApacheOptions {
  readonly port: number;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The level that it asks for. */
  readonly acr: string;
}

/** An Apache of its own, on loopback, that lets nobody into /members but whom the provider signed in. */
export class Apache {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  static async start(options: ApacheOptions): Promise<Apache> {
    accessSync(program, constants.X_OK);
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-apache-'));
    // Started by root it serves as somebody else, who has to read its pages.
    chmodSync(folder, 0o755);
    for (const [name, html] of Object.entries(pages)) {
      mkdirSync(join(folder, 'pages', name), { recursive: true });
      writeFileSync(join(folder, 'pages', name, 'index.html'), html);
    }
    const url = `http://127.0.0.1:${options.port}`;
    const configuration = join(folder, 'apache.conf');
    writeFileSync(configuration, configurationOf(folder, url, options), { mode: 0o600 });
    const child = spawn(program, ['-d', folder, '-f', configuration, '-D', 'FOREGROUND'], { stdio: 'inherit' });
    const apache = new Apache(child, folder, url);
    await until('Apache to serve', async () => {
      if (child.exitCode !== null) throw new Error(`Apache ended at its start:\n${apache.log}`);
      return fetch(`${url}/bye/`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return apache;
  }

  get log(): string {
    return readFileSync(join(this.folder, 'error.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const claims = ['sub', 'iss', 'email', 'email_verified', 'name', 'acr'];
const facts = claims.map((name) => `<dt>${name}</dt><dd id="${name}"><!--#echo var="OIDC_CLAIM_${name}" --></dd>`);

const pages = {
  members: `<!doctype html><title>Members</title><h1>Members</h1>
    <p id="user"><!--#echo var="REMOTE_USER" --></p><dl>${facts.join('')}</dl>`,
  bye: '<!doctype html><title>Bye</title><h1>Good bye</h1>',
};

const configurationOf = (folder: string, url: string, options: ApacheOptions): string => `
ServerName ${new URL(url).host}
Listen ${new URL(url).host}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder}
ErrorLog ${folder}/error.log
LogLevel warn auth_openidc:info
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'mime', 'dir', 'include', 'auth_openidc']
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join('\n')}
TypesConfig /dev/null
AddType text/html .html
DocumentRoot ${folder}/pages
<Directory ${folder}/pages>
  Options +Includes
  SetOutputFilter INCLUDES
  Require all granted
</Directory>
OIDCProviderMetadataURL ${options.issuer}/.well-known/openid-configuration
OIDCClientID ${options.clientId}
OIDCClientSecret ${options.clientSecret}
OIDCRedirectURI ${url}/members/openid
OIDCCryptoPassphrase ${randomBytes(24).toString('hex')}
OIDCScope "openid email profile"
OIDCPKCEMethod S256
OIDCAuthRequestParams acr_values=${encodeURIComponent(options.acr)}
OIDCRemoteUserClaim email
OIDCPassClaimsAs environment
<Location /members>
  AuthType openid-connect
  Require valid-user
</Location>
`;
