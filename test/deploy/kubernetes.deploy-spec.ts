import { describe, expect, test } from '@jest/globals';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run, type RunResult } from './support/tools.js';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}

interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  securityContext: Record<string, unknown>;
  containers: Container[];
  volumes: { name: string; configMap?: { name: string }; secret?: object }[];
}

interface Probe {
  httpGet: { path: string };
}

interface Container {
  image: string;
  ports: { name: string; containerPort: number }[];
  lifecycle: { preStop: { sleep: { seconds: number } } };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}

const sample = await readFile(join(root, '.env.sample'), 'utf8');

describeWithTool('kubectl', 'deploy/kubernetes', (kubectl) => {
  async function render(overlay: string): Promise<string> {
    const result = await run(kubectl, ['kustomize', `deploy/kubernetes/${overlay}`]);
    if (!result.ok) throw new Error(result.output);
    return result.stdout;
  }

  async function manifests(overlay: string): Promise<Manifest[]> {
    const documents = parseAllDocuments(await render(overlay));
    const all = documents.map((document) => document.toJS() as Manifest);
    return all.filter(({ metadata }) => metadata.name !== 'redis');
  }

  describe.each(['base', 'overlays/dev', 'overlays/production'])('%s', (overlay) => {
    test('renders one of each kind', async () => {
      const kinds = (await manifests(overlay)).map((manifest) => manifest.kind);
      const expected = [
        'ConfigMap',
        'ConfigMap',
        'Deployment',
        'HorizontalPodAutoscaler',
        'NetworkPolicy',
        'PodDisruptionBudget',
        'Secret',
        'Service',
        'ServiceAccount',
      ];
      expect(kinds.filter((kind) => kind !== 'Namespace').sort()).toEqual(expected);
    });

    test('selects its own pods everywhere', async () => {
      const all = await manifests(overlay);
      const label = { 'app.kubernetes.io/name': 'responses-proxy' };
      const find = (kind: string) => all.find((manifest) => manifest.kind === kind)?.spec;
      expect(find('Service')).toMatchObject({ selector: label });
      expect(find('Deployment')).toMatchObject({
        selector: { matchLabels: label },
        template: { metadata: { labels: label } },
      });
      expect(find('PodDisruptionBudget')).toMatchObject({ selector: { matchLabels: label } });
      expect(find('NetworkPolicy')).toMatchObject({ podSelector: { matchLabels: label } });
      expect(find('HorizontalPodAutoscaler')).toMatchObject({
        scaleTargetRef: { kind: 'Deployment', name: 'responses-proxy' },
      });
      expect(find('Deployment')).not.toHaveProperty('replicas');
    });

    test('gives streams their grace before SIGKILL', async () => {
      const pod = podOf(await manifests(overlay));
      const grace = Number(configOf(await manifests(overlay)).SHUTDOWN_GRACE_SECS);
      const pause = pod.containers[0]!.lifecycle.preStop.sleep.seconds;
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(pause + grace + 10);
    });

    test('asks the backend in no probe, and listens where it is asked', async () => {
      const all = await manifests(overlay);
      const container = podOf(all).containers[0]!;
      expect(container.startupProbe.httpGet.path).toBe('/health/live');
      expect(container.livenessProbe.httpGet.path).toBe('/health/live');
      expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
      expect(container.ports).toEqual([
        { name: 'http', containerPort: Number(configOf(all).HOST_PORT) },
      ]);
    });

    test('meets the restricted Pod Security Standard on a read-only root', async () => {
      const pod = podOf(await manifests(overlay));
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const [container] = pod.containers;
      expect(container?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const mounts = container?.volumeMounts.map((mount) => mount.mountPath);
      expect(mounts).toEqual(['/app/logs', '/app/data', '/app/backends', '/app/callers', '/tmp']);
    });

    test('has a file of several backends, which is empty and not in force', async () => {
      const all = await manifests(overlay);
      const file = all.find(({ data }) => data !== undefined && 'backends.yaml' in data);
      expect(file?.data).toEqual({ 'backends.yaml': '' });
      expect(configOf(all)).not.toHaveProperty('BACKENDS_FILE');
      const { volumes, containers } = podOf(all);
      // Its name has no hash and it is no subPath, so that a change reaches the pods that run.
      expect(file?.metadata.name).toBe('responses-proxy-backends');
      expect(volumes.find(({ name }) => name === 'backends')?.configMap?.name).toBe(
        file?.metadata.name,
      );
      const mount = containers[0]!.volumeMounts.find(({ name }) => name === 'backends');
      expect(mount).toEqual({ name: 'backends', mountPath: '/app/backends', readOnly: true });
    });

    test('mounts the Secret of callers, if there is one, as a folder, so that a change is seen', async () => {
      const { volumes, containers } = podOf(await manifests(overlay));
      expect(volumes.find(({ name }) => name === 'callers')?.secret).toEqual({
        secretName: 'responses-proxy-callers',
        optional: true,
      });
      const mount = containers[0]!.volumeMounts.find(({ name }) => name === 'callers');
      expect(mount).toEqual({ name: 'callers', mountPath: '/app/callers', readOnly: true });
    });

    test('sets only variables that the proxy knows, and no secret', async () => {
      const all = await manifests(overlay);
      const secret = all.find((manifest) => manifest.kind === 'Secret')?.data ?? {};
      const names = [...Object.keys(configOf(all)), ...Object.keys(secret)];
      const unknown = names.filter((name) => !new RegExp(`^#? ?${name}=`, 'm').test(sample));
      expect(unknown).toEqual([]);
      expect(Object.values(secret).join('')).toBe('');
    });
  });

  test('the component of plugins mounts their files and names them', async () => {
    const kustomization = [
      'resources: [deploy/kubernetes/base]',
      'components: [deploy/kubernetes/components/plugins]',
    ].join('\n');
    await inFolder({ 'kustomization.yaml': kustomization }, async (folder) => {
      await cp(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });
      const result = await run(kubectl, ['kustomize', folder]);
      expect(result.ok).toBe(true);
      const all = parseAllDocuments(result.stdout).map((each) => each.toJS() as Manifest);
      const files = all.find(({ metadata }) => metadata.name.startsWith('responses-proxy-plugins'));
      expect(Object.keys(files?.data ?? {})).toEqual(['acme.mjs']);
      const config = all.find(
        ({ kind, data }) => kind === 'ConfigMap' && data?.HOST_PORT !== undefined,
      );
      expect(config?.data?.PLUGINS).toBe('/app/plugins/acme.mjs');
      expect(JSON.stringify(podOf(all))).toContain(
        `"configMap":{"name":"${files?.metadata.name ?? 'none'}"}`,
      );
    });
  });

  test('the components add their routes from outside, and scale by streams', async () => {
    const names = ['ingress', 'gateway', 'autoscale-by-streams'];
    const kustomization = [
      'resources: [deploy/kubernetes/overlays/production]',
      `components: [${names.map((name) => `deploy/kubernetes/components/${name}`).join(', ')}]`,
    ].join('\n');
    await inFolder({ 'kustomization.yaml': kustomization }, async (folder) => {
      await cp(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });
      const result = await run(kubectl, ['kustomize', folder]);
      expect(result).toMatchObject({ ok: true });
      const all = parseAllDocuments(result.stdout).map((each) => each.toJS() as Manifest);
      const specs = Object.fromEntries(all.map(({ kind, spec }) => [kind, spec]));
      expect(specs.HorizontalPodAutoscaler).toMatchObject({
        minReplicas: 3,
        metrics: [{ type: 'Pods', pods: { metric: { name: 'responses_proxy_open_streams' } } }],
      });
      expect(specs.Ingress).toHaveProperty('rules.0.http.paths.0.backend.service.name');
      expect(specs.HTTPRoute).toHaveProperty('rules.0.timeouts.request', '0s');
    });
  });

  describe.each(['overlays/dev', 'overlays/production'])('%s', (overlay) => {
    test('puts all into one restricted namespace and names its release', async () => {
      const all = await manifests(overlay);
      const namespace = all.find((manifest) => manifest.kind === 'Namespace');
      expect(namespace?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
      const others = all.filter((manifest) => manifest !== namespace);
      const namespaces = new Set(others.map((manifest) => manifest.metadata.namespace));
      expect([...namespaces]).toEqual([namespace?.metadata.name]);
      expect(podOf(all).containers[0]?.image).toMatch(
        /responses-proxy(:(?!latest)[\w.-]+|@sha256:)/,
      );
    });

    // The schemas are those of the Kubernetes API, unknown fields refused.
    describeWithTool('kubernetes-validate', 'against the API schemas', (validate) => {
      function check(text: string): Promise<RunResult> {
        return inFolder({ 'manifests.yaml': text }, (folder) =>
          run(validate, ['--strict', '-k', '1.37', 'manifests.yaml'], { cwd: folder }),
        );
      }

      test('every manifest is valid', async () => {
        const result = await check(await render(overlay));
        expect(result.ok).toBe(true);
        const count = overlay === 'overlays/production' ? 13 : 10;
        expect(result.output.match(/ passed for resource /g)).toHaveLength(count);
      });

      test('a misspelt field is found', async () => {
        const text = (await render(overlay)).replace('readinessProbe:', 'readynessProbe:');
        const result = await check(text);
        expect(result.ok).toBe(false);
        expect(result.output).toContain('readynessProbe');
      });
    });
  });

  function podOf(all: Manifest[]): PodSpec {
    const deployment = all.find((manifest) => manifest.kind === 'Deployment');
    return (deployment?.spec.template as { spec: PodSpec }).spec;
  }

  function configOf(all: Manifest[]): Record<string, string> {
    return all.find(({ kind, data }) => kind === 'ConfigMap' && data?.HOST_PORT)?.data ?? {};
  }
});
