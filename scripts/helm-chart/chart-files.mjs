import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { block, toTemplate } from './to-template.mjs';
import { chartValues } from './chart-values.mjs';

const NAME = 'include "responses-proxy.fullname" .';
const values = (path) => block(`toYaml .Values.${path}`);

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

/** The manifests that the chart is made of: their file, what of them is a value, and the value that turns them on. */
const MANIFESTS = [
  [
    'deploy/kubernetes/base/deployment.yaml',
    [
      ['spec.template.metadata.labels', block('include "responses-proxy.labels" .')],
      ['spec.template.metadata.annotations', block('include "responses-proxy.podAnnotations" .')],
      [`${POD}.serviceAccountName`, NAME],
      [
        `${POD}.terminationGracePeriodSeconds`,
        'add (int .Values.config.SHUTDOWN_GRACE_SECS) (int .Values.preStopSeconds) 15',
      ],
      [`${POD}.imagePullSecrets`, values('imagePullSecrets')],
      [`${POD}.nodeSelector`, values('nodeSelector')],
      [`${POD}.tolerations`, values('tolerations')],
      [`${POD}.affinity`, values('affinity')],
      ...[0, 1].map((index) => [
        `${POD}.topologySpreadConstraints.${String(index)}.labelSelector.matchLabels`,
        block('include "responses-proxy.selectorLabels" .'),
      ]),
      [`${CONTAINER}.image`, 'include "responses-proxy.image" .'],
      [`${CONTAINER}.imagePullPolicy`, '.Values.image.pullPolicy'],
      [`${CONTAINER}.ports.0.containerPort`, 'int .Values.config.HOST_PORT'],
      [`${CONTAINER}.envFrom`, block('include "responses-proxy.envFrom" .')],
      [`${CONTAINER}.lifecycle.preStop.sleep.seconds`, 'int .Values.preStopSeconds'],
      [`${CONTAINER}.resources`, values('resources')],
      [
        `${POD}.volumes.2.configMap.name`,
        'printf "%s-backends" (include "responses-proxy.fullname" .)',
      ],
      [
        `${POD}.volumes.3.secret.secretName`,
        'default (printf "%s-callers" (include "responses-proxy.fullname" .)) .Values.callersSecret',
      ],
    ],
  ],
  [
    'deploy/kubernetes/base/service.yaml',
    [
      ['spec.type', '.Values.service.type'],
      ['spec.ports.0.port', 'int .Values.service.port'],
    ],
  ],
  ['deploy/kubernetes/base/service-account.yaml', []],
  [
    'deploy/kubernetes/base/horizontal-pod-autoscaler.yaml',
    [
      ['spec.scaleTargetRef.name', NAME],
      ['spec.minReplicas', 'int .Values.autoscaling.minReplicas'],
      ['spec.maxReplicas', 'int .Values.autoscaling.maxReplicas'],
      ['spec.metrics', values('autoscaling.metrics')],
    ],
  ],
  ['deploy/kubernetes/base/pod-disruption-budget.yaml', []],
  [
    'deploy/kubernetes/base/network-policy.yaml',
    [['spec.egress', values('networkPolicy.egress')]],
    '.Values.networkPolicy.enabled',
  ],
  [
    'deploy/kubernetes/components/ingress/ingress.yaml',
    [
      ['metadata.annotations', values('ingress.annotations')],
      ['spec.ingressClassName', '.Values.ingress.className | default "null"'],
      ['spec.rules.0.host', '.Values.ingress.host'],
      ['spec.rules.0.http.paths.0.backend.service.name', NAME],
      ['spec.tls', values('ingress.tls')],
    ],
    '.Values.ingress.enabled',
  ],
  [
    'deploy/kubernetes/components/gateway/http-route.yaml',
    [
      ['spec.parentRefs', values('gateway.parentRefs')],
      ['spec.hostnames', values('gateway.hostnames')],
      ['spec.rules.0.backendRefs.0.name', NAME],
      ['spec.rules.0.backendRefs.0.port', 'int .Values.service.port'],
    ],
    '.Values.gateway.enabled',
  ],
  ['deploy/prometheus/pod-monitor.yaml', [], '.Values.podMonitor.enabled'],
];

/** Gives the chart's files by their names; `root` is the repository's folder. */
export async function chartFiles(root) {
  const read = (path) => readFile(join(root, path), 'utf8');
  const { version } = JSON.parse(await read('package.json'));
  const { configMapGenerator } = parse(await read('deploy/kubernetes/base/kustomization.yaml'));
  if (configMapGenerator?.length !== 2)
    throw new Error('The base has other ConfigMaps than the chart knows.');
  const templates = await Promise.all(
    MANIFESTS.map(async ([path, changes, condition]) => [
      `templates/${path.split('/').at(-1)}`,
      `# Made by scripts/helm-chart.mjs of ${path}.\n${toTemplate(await read(path), changes, condition)}`,
    ]),
  );
  const own = ['_helpers.tpl', 'config.yaml', 'NOTES.txt'].map(async (name) => [
    `templates/${name}`,
    await read(`scripts/helm-chart/templates/${name}`),
  ]);
  return new Map([
    ['Chart.yaml', chartOf(version)],
    ['values.yaml', await chartValues(read)],
    ...templates,
    ...(await Promise.all(own)),
  ]);
}

function chartOf(version) {
  return `# Made by scripts/helm-chart.mjs.
apiVersion: v2
name: responses-proxy
description: The OpenAI Responses API on any Chat Completions backend
type: application
version: ${version}
appVersion: ${version}
kubeVersion: '>=1.30.0-0'
`;
}
