import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, settingNames } from '@app/config';
import { productionSettings } from '../../libs/config/testing/production-settings.js';
import { readStages } from './support/dockerfile.js';
import { environmentOf, readCompose, readManifests, readPods } from './support/manifests.js';
import { onPath } from './support/programs.js';
import { hasSource, readText, root } from './support/repository.js';

const compose = readCompose();
const withOpenssl = onPath('openssl') ? it : it.skip;
const pods = readPods();
const ours = Object.entries(compose.services).filter(([, service]) =>
  Object.keys(service.environment ?? {}).some((name) => name.startsWith('GATEHOUSE_')),
);
const documents = ['Dockerfile', 'docker-compose.yml', 'README.md', ...filesBelow('deploy'), ...filesBelow('docs')];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('secrets'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(documents)('%s', (path) => {
  it('names only settings that exist', () => {
    const known = settingNames().flatMap((name) => [`GATEHOUSE_${name}`, `GATEHOUSE_${name}_FILE`]);
    const named = readText(path).match(/\bGATEHOUSE_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names only compiled programs that exist', () => {
    const programs = readText(path).match(/\bdist\/[\w./-]+\.js\b/g) ?? [];
    expect(programs.filter((program) => !hasSource(program))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const stages = readStages(readText('Dockerfile'));
  const last = stages.at(-1)?.instructions ?? [];

  it('runs as a user without rights', () => {
    const user = last.findIndex(({ verb }) => verb === 'USER');
    expect(last[user]?.rest).toBe('node');
    expect(last.slice(user).some(({ verb }) => verb === 'RUN' || verb === 'COPY')).toBe(false);
  });

  it('starts without a shell, so that signals arrive', () => {
    expect(JSON.parse(last.find(({ verb }) => verb === 'CMD')?.rest ?? '')).toEqual([
      'node',
      'dist/apps/api/src/main.js',
    ]);
  });

  it('takes no settings and no secrets in', () => {
    expect(readText('Dockerfile').match(/^(ENV|ARG)\s+GATEHOUSE_/gm)).toBeNull();
    expect(readText('.dockerignore')).toContain('**/.env*');
  });
});

describe('docker-compose.yml', () => {
  it('has the api, the worker and migrations, each with its program', () => {
    expect(Object.fromEntries(ours.map(([name, { command }]) => [name, command]))).toEqual({
      api: ['node', 'dist/apps/api/src/main.js'],
      worker: ['node', 'dist/apps/worker/src/main.js'],
      migrate: ['node', 'dist/apps/cli/src/main.js', 'migrate'],
    });
  });

  it('mounts every secret that is named, and no more', () => {
    for (const service of Object.values(compose.services)) {
      const text = JSON.stringify(service) + (service.volumes?.some((v) => v.includes('roles.sh')) ? rolesScript : '');
      const named = [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, name]) => name);
      expect([...new Set(named)].sort()).toEqual([...(service.secrets ?? [])].sort());
    }
    const mounted = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets);
    expect(Object.keys(compose.secrets).sort()).toEqual([...new Set(mounted)].sort());
  });

  it('shows the owner role to migrations alone', () => {
    const owners = ours.filter(([, { environment = {} }]) => 'GATEHOUSE_DATABASE_OWNER_URL_FILE' in environment);
    expect(owners.map(([name]) => name)).toEqual(['migrate']);
  });

  withOpenssl.each(ours)(
    'gives %s settings that a production start accepts, with the secrets of make-secrets.sh',
    (_, service) => {
      const secrets = join(folder, 'secrets');
      execFileSync('sh', [join(root, 'deploy/compose/make-secrets.sh'), secrets], { stdio: 'ignore' });
      const config = loadConfig(resolved(service.environment ?? {}, (path) => path.replace('/run/secrets', secrets)));
      expect(config.runtime.production).toBe(true);
      expect(config.mail.smtp?.caFile).toBe(join(secrets, 'mail_certificate'));
      expect(milliseconds(service.stop_grace_period)).toBeGreaterThan(config.runtime.shutdownTimeoutMs + 2000);
    },
  );

  withOpenssl('keeps secrets that were made before, out of reach of other users', () => {
    const secrets = join(folder, 'kept');
    const make = (): string[] => {
      execFileSync('sh', [join(root, 'deploy/compose/make-secrets.sh'), secrets], { stdio: 'ignore' });
      return readdirSync(secrets).map((file) => readFileSync(join(secrets, file), 'utf8'));
    };
    expect(make()).toEqual(make());
    expect(statSync(secrets).mode & 0o077).toBe(0);
    expect(readdirSync(secrets).sort()).toEqual(Object.keys(compose.secrets).sort());
  });
});

describe('the Kubernetes manifests', () => {
  it('leave the namespace to whoever applies them', () => {
    expect(readManifests().filter(({ metadata }) => metadata.namespace !== undefined)).toEqual([]);
  });

  it('have the api, the worker and migrations, each with its program', () => {
    expect(Object.fromEntries([...pods].map(([name, pod]) => [name, pod.containers[0]?.command]))).toEqual({
      api: ['node', 'dist/apps/api/src/main.js'],
      worker: ['node', 'dist/apps/worker/src/main.js'],
      migrate: ['node', 'dist/apps/cli/src/main.js', 'migrate'],
    });
  });

  it('take secrets from mounted files only', () => {
    for (const pod of pods.values()) {
      const plain = Object.keys(environmentOf(pod)).filter((name) =>
        /(_KEYS?|PASSWORD|_KEY_PREVIOUS|BASE_URL|REDIS_URL)$/.test(name),
      );
      expect(plain).toEqual([]);
      for (const [name, path] of Object.entries(environmentOf(pod))) {
        if (!name.endsWith('_FILE')) continue;
        const mount = pod.containers[0]?.volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
        const secret = pod.volumes.find((volume) => volume.name === mount?.name)?.secret?.secretName;
        expect(readText('deploy/kubernetes/README.md')).toContain(`secret generic ${secret}`);
        expect(readText('deploy/kubernetes/README.md')).toContain(`--from-literal=${path.split('/').at(-1)}=`);
      }
    }
  });

  it('show the owner role to migrations alone', () => {
    const owners = [...pods].filter(([, pod]) => JSON.stringify(pod).includes('gatehouse-owner'));
    expect(owners.map(([name]) => name)).toEqual(['migrate']);
  });

  it.each([...pods])('give %s settings that a production start accepts', (_, pod) => {
    const made = productionSettings();
    const contents: Record<string, string | undefined> = {
      database_url: made['GATEHOUSE_DATABASE_URL'],
      database_owner_url: made['GATEHOUSE_DATABASE_URL'],
      redis_url: 'redis://:b2f1c7a94e@redis:6379',
      secret_key: made['GATEHOUSE_SECRET_KEY'],
      encryption_keys: made['GATEHOUSE_ENCRYPTION_KEYS'],
      smtp_password: 'n8-Kq2-vVw',
    };
    const config = loadConfig(
      resolved(environmentOf(pod), (path) => {
        const name = path.split('/').at(-1) ?? '';
        writeFileSync(join(folder, name), contents[name] ?? '');
        return join(folder, name);
      }),
    );
    expect(config.runtime.production).toBe(true);
    const grace = (pod.terminationGracePeriodSeconds ?? 30) * 1000;
    expect(grace).toBeGreaterThan(config.runtime.shutdownTimeoutMs + 2000);
    const { httpPort, management } = { httpPort: config.http.port, management: config.http.managementPort };
    for (const { name, containerPort } of pod.containers[0]?.ports ?? []) {
      expect(containerPort).toBe(name === 'http' ? httpPort : management);
    }
  });

  it.each([...pods])('run %s under the restricted pod security standard', (_, pod) => {
    expect(pod.enableServiceLinks).toBe(false);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const container of pod.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({ requests: expect.anything(), limits: expect.anything() });
    }
  });

  it.each(['api', 'worker'])(
    'probe the start, the life and the readiness of %s, and keep one through a drain',
    (name) => {
      const container = pods.get(name)?.containers[0];
      expect(container?.startupProbe?.httpGet.path).toBe('/health/startup');
      expect(container?.livenessProbe?.httpGet.path).toBe('/health/live');
      expect(container?.readinessProbe?.httpGet.path).toBe('/health/ready');
      const budgets = readManifests().filter(({ kind }) => kind === 'PodDisruptionBudget');
      const labels = readManifests().find((m) => m.kind === 'Deployment' && m.metadata.name === `gatehouse-${name}`)
        ?.spec?.template?.metadata.labels;
      expect(budgets.map(({ spec }) => spec?.selector)).toContainEqual({ matchLabels: labels });
    },
  );
});

const rolesScript = readText('deploy/compose/roles.sh');

/** The environment with its files at another place, and `${NAME:-default}` as compose reads it with nothing set. */
function resolved(environment: Readonly<Record<string, string>>, place: (path: string) => string): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).map(([name, value]) => [
    name,
    name.endsWith('_FILE') ? place(value) : value.replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
  ]);
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}

function milliseconds(duration = ''): number {
  return Number(/^(\d+)s$/.exec(duration)?.[1]) * 1000;
}
