import { parse, stringify } from 'yaml';

/** Writes values.yaml: what the base sets is the default. `read` gives the text of a file of the repository. */
export async function chartValues(read) {
  const manifest = async (path) => parse(await read(`deploy/kubernetes/${path}`));
  const kustomization = await manifest('base/kustomization.yaml');
  const [config] = kustomization.configMapGenerator;
  const [secrets] = kustomization.secretGenerator;
  const [container] = (await manifest('base/deployment.yaml')).spec.template.spec.containers;
  const autoscaler = (await manifest('base/horizontal-pod-autoscaler.yaml')).spec;
  const { port, ...service } = (await manifest('base/service.yaml')).spec.ports[0];
  const policy = (await manifest('base/network-policy.yaml')).spec;
  const ingress = await manifest('components/ingress/ingress.yaml');
  const route = (await manifest('components/gateway/http-route.yaml')).spec;
  if (service.name !== 'http') throw new Error("The Service's port is not named http.");

  const sections = [
    [
      'The image in your registry; a digest wins over the tag, and an empty tag is the version of the chart.',
      {
        image: { repository: container.image, tag: '', digest: '', pullPolicy: 'IfNotPresent' },
        imagePullSecrets: [],
      },
    ],
    ['Empty: all objects are named after the release.', { fullnameOverride: '' }],
    ['Any variable of .env.sample. A changed value rolls the pods.', { config: literals(config) }],
    [
      'Secret variables. Rather name Secrets of your own below; STORE_SECRET and SEAL_KEYS must be the same for all pods.',
      {
        secrets: literals(secrets),
        existingSecrets: [],
      },
    ],
    [
      'The file of several backends (docs/routing.md), for which config.BACKENDS_FILE is /app/backends/backends.yaml. A change needs no restart.',
      {
        backends: '',
      },
    ],
    [
      'Your Secret with callers.yaml (docs/callers.md), for which config.CALLERS_FILE is /app/callers/callers.yaml. Empty: it is named after the release, with -callers. A change needs no restart.',
      { callersSecret: '' },
    ],
    [
      'The pause before SIGTERM, until no node sends new requests. The whole grace is this, SHUTDOWN_GRACE_SECS and 15 seconds.',
      {
        preStopSeconds: container.lifecycle.preStop.sleep.seconds,
      },
    ],
    [
      'No CPU limit: throttling shows as stutter in every stream of the pod.',
      { resources: container.resources },
    ],
    [
      'With a custom metrics adapter open streams are the better measure (docs/deployment.md, "Scaling").',
      {
        autoscaling: {
          minReplicas: autoscaler.minReplicas,
          maxReplicas: autoscaler.maxReplicas,
          metrics: autoscaler.metrics,
        },
      },
    ],
    ['', { service: { type: 'ClusterIP', port } }],
    [
      'A backend or a store inside the cluster needs one more rule of egress.',
      {
        networkPolicy: { enabled: true, egress: policy.egress },
      },
    ],
    [
      '',
      {
        ingress: {
          enabled: false,
          className: '',
          host: ingress.spec.rules[0].host,
          annotations: ingress.metadata.annotations,
          tls: ingress.spec.tls,
        },
      },
    ],
    [
      'A route of the Gateway API.',
      {
        gateway: { enabled: false, parentRefs: route.parentRefs, hostnames: route.hostnames },
      },
    ],
    ['For the Prometheus operator.', { podMonitor: { enabled: false } }],
    ['', { podAnnotations: {}, nodeSelector: {}, tolerations: [], affinity: {} }],
  ];
  // Helm reads YAML 1.1, where a bare `off` is false.
  const written = sections.map(([comment, part]) => {
    const text = stringify(part, { lineWidth: 0, singleQuote: true, version: '1.1' });
    return comment === '' ? text : `# ${comment}\n${text}`;
  });
  return `# Made by scripts/helm-chart.mjs of deploy/kubernetes.\n\n${written.join('\n')}`;
}

function literals(generator) {
  return Object.fromEntries(
    generator.literals.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
