import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readText, root } from './repository.js';

export interface ComposeService {
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const readCompose = (): Compose => parse(readText('docker-compose.yml'), { merge: true }) as Compose;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources: object;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface PodSpec {
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
    readonly selector?: object;
  };
}

const folder = 'deploy/kubernetes';

/** Every object of the Kubernetes manifests. */
export function readManifests(): Manifest[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .flatMap((file) => parseAllDocuments(readText(join(folder, file)), { version: '1.1', merge: true }))
    .map((document) => document.toJS() as Manifest);
}

/** The pods of the manifests, by the name of their one container. */
export function readPods(): Map<string, PodSpec> {
  const pods = readManifests().flatMap(({ spec }) => (spec?.template ? [spec.template.spec] : []));
  return new Map(pods.map((pod) => [pod.containers[0]?.name ?? '', pod]));
}

/** The settings a pod's process finds in its environment. */
export function environmentOf(pod: PodSpec): Record<string, string> {
  const settings = readManifests().find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
  const own = (pod.containers[0]?.env ?? []).map(({ name, value }) => [name, value] as const);
  return { ...settings, ...Object.fromEntries(own) };
}
