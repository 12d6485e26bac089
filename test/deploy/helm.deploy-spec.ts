import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run } from './support/tools.js';

const chart = 'deploy/helm/responses-proxy';

interface Manifest {
  kind: string;
  apiVersion: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
}

/** Everything that a value turns on. */
const all = ['ingress', 'gateway', 'podMonitor'].flatMap((name) => [
  '--set',
  `${name}.enabled=true`,
]);

test('the chart is what the script makes of the kustomize base', async () => {
  await inFolder({}, async (folder) => {
    const made = join(folder, 'chart');
    const result = await run(process.execPath, ['scripts/helm-chart.mjs', made]);
    expect(result).toMatchObject({ ok: true });
    expect(await filesOf(join(root, chart))).toEqual(await filesOf(made));
  });
});

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [file.slice(folder.length), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(texts) as Record<string, string>;
}

describeWithTool('helm', chart, (helm) => {
  async function template(release: string, ...options: string[]): Promise<string> {
    const result = await run(helm, [
      'template',
      release,
      chart,
      '--namespace',
      'agents',
      ...options,
    ]);
    if (!result.ok) throw new Error(result.output);
    return result.stdout;
  }

  let text = '';
  let manifests: Manifest[] = [];
  beforeAll(async () => {
    text = await template('responses-proxy', ...all);
    manifests = objectsOf(text);
  });

  test('passes lint', async () => {
    expect(await run(helm, ['lint', '--strict', chart])).toMatchObject({ ok: true });
  });

  describeWithTool('kubectl', 'beside kustomize', (kubectl) => {
    test('makes the same objects, but for names of generated parts and labels', async () => {
      const rendered = await run(kubectl, ['kustomize', 'deploy/kubernetes/base']);
      const base = objectsOf(rendered.stdout);
      for (const wanted of base) {
        if (wanted.kind === 'Secret' || wanted.kind === 'ConfigMap') continue;
        const made = manifests.find(({ kind }) => kind === wanted.kind);
        expect(comparable(made)).toEqual(comparable(wanted));
      }
      expect(configOf(manifests)).toEqual(configOf(base));
      const added = ['Ingress', 'HTTPRoute', 'PodMonitor'];
      const kinds = (list: Manifest[]) => list.map(({ kind }) => kind);
      expect(kinds(manifests).sort()).toEqual([...kinds(base), ...added].sort());
    });
  });

  test('ties the grace of the pod to that of the proxy, and the port to HOST_PORT', async () => {
    const options = [
      'config.SHUTDOWN_GRACE_SECS=300',
      'config.HOST_PORT=9000',
      'preStopSeconds=10',
    ];
    const longer = podOf(
      objectsOf(await template('long', ...options.flatMap((option) => ['--set', option]))),
    );
    expect(longer).toMatchObject({
      terminationGracePeriodSeconds: 325,
      containers: [{ ports: [{ containerPort: 9000 }] }],
    });
  });

  test('two releases in one namespace keep their pods apart, and a changed setting rolls them', async () => {
    const [one, two, changed] = await Promise.all([
      template('one').then(objectsOf),
      template('two').then(objectsOf),
      template('one', '--set', 'config.LOG_LEVEL=debug').then(objectsOf),
    ]);
    const selectorOf = (list: Manifest[]) => find(list, 'Service').spec?.selector;
    expect(selectorOf(one)).not.toEqual(selectorOf(two));
    expect(find(one, 'Deployment').spec?.selector).toEqual({ matchLabels: selectorOf(one) });
    const names = (list: Manifest[]) =>
      list.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names(one).filter((name) => names(two).includes(name))).toEqual([]);
    const annotations = (list: Manifest[]) =>
      (find(list, 'Deployment').spec?.template as { metadata: unknown }).metadata;
    expect(annotations(changed)).not.toEqual(annotations(one));
  });

  test('takes Secrets of the operator last, so that they win', async () => {
    const made = objectsOf(await template('own', '--set', 'existingSecrets={state}'));
    const [container] = podOf(made).containers as { envFrom: unknown[] }[];
    expect(container?.envFrom.at(-1)).toEqual({ secretRef: { name: 'state' } });
  });

  test.each([
    ['the release', [], 'own-callers'],
    ['its value', ['--set', 'callersSecret=teams'], 'teams'],
  ])('names the Secret of callers after %s', async (_, options, secretName) => {
    const { volumes } = podOf(objectsOf(await template('own', ...options)));
    expect(volumes).toContainEqual({ name: 'callers', secret: { secretName, optional: true } });
  });

  describeWithTool('kubernetes-validate', 'against the API schemas', (validate) => {
    const check = (yaml: string) =>
      inFolder({ 'manifests.yaml': yaml }, (folder) =>
        run(validate, ['--strict', '-k', '1.37', 'manifests.yaml'], { cwd: folder }),
      );
    /** The schemas of HTTPRoute and PodMonitor are not among those of Kubernetes itself. */
    const ownKinds = (yaml: string) =>
      yaml
        .split(/^---$/m)
        .filter((each) => !/^kind: (HTTPRoute|PodMonitor)$/m.test(each))
        .join('---');

    test('every object is valid, in full and with the least', async () => {
      for (const rendered of [
        text,
        await template('least', '--set', 'networkPolicy.enabled=false'),
      ]) {
        const result = await check(ownKinds(rendered));
        expect(result).toMatchObject({ ok: true });
        const count = objectsOf(ownKinds(rendered)).length;
        expect(result.output.match(/ passed for resource /g)).toHaveLength(count);
        expect(count).toBeGreaterThanOrEqual(8);
      }
    });
  });

  describe('the routes from outside', () => {
    test('let a stream run as long as it takes, unbuffered', () => {
      expect(find(manifests, 'HTTPRoute').spec).toMatchObject({
        rules: [{ timeouts: { request: '0s', backendRequest: '0s' } }],
      });
      expect(find(manifests, 'Ingress').metadata).toMatchObject({
        annotations: {
          'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
          'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
          'nginx.ingress.kubernetes.io/proxy-next-upstream': 'off',
        },
      });
    });
  });
});

function objectsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml, { version: '1.1' })
    .map((document) => document.toJS() as Manifest | null)
    .filter((each): each is Manifest => each !== null);
}

function find(list: Manifest[], kind: string): Manifest {
  const found = list.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`There is no ${kind}.`);
  return found;
}

function podOf(list: Manifest[]): Record<string, unknown> {
  return (find(list, 'Deployment').spec?.template as { spec: Record<string, unknown> }).spec;
}

function configOf(list: Manifest[]): unknown {
  return list.find(({ kind, data }) => kind === 'ConfigMap' && data?.HOST_PORT)?.data;
}

/** An object without what a release names differently: labels, the image's tag, hashes in names, and empty fields. */
function comparable(manifest: Manifest | undefined): unknown {
  const dropped = new Set(['labels', 'matchLabels', 'annotations', 'imagePullPolicy']);
  const text = JSON.stringify(manifest, (key, value: unknown) => {
    if (dropped.has(key)) return undefined;
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    const isSelector = key === 'selector' && manifest?.kind === 'Service';
    return (isEmpty && key !== 'namespaceSelector') || isSelector ? undefined : value;
  });
  return JSON.parse(
    text
      .replace(/"responses-proxy-[a-z0-9]{10}"/g, '"responses-proxy"')
      .replace(/"responses-proxy:0\.[\d.]+"/, '"responses-proxy"'),
  );
}
