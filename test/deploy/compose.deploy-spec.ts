import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run } from './support/tools.js';

interface Service {
  container_name: string;
  restart: string;
  ports?: { host_ip?: string; published: string; target: number; protocol: string }[];
  networks: Record<string, unknown>;
  environment?: Record<string, string>;
  volumes?: unknown[];
  healthcheck: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period: string;
  read_only: boolean;
  cap_drop: string[];
  user?: string;
}

interface Project {
  name: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, { name: string }>;
}

const file = await readFile(join(root, 'docker-compose.yaml'), 'utf8');
const sample = parseEnvironment(await readFile(join(root, '.env.sample'), 'utf8'));

function parseEnvironment(text: string): Map<string, string> {
  const assignments = text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm);
  return new Map([...assignments].map((match) => [match[1]!, match[2]!]));
}

test('docker-compose.yaml is YAML without duplicate keys', () => {
  const project = parse(file, { merge: true }) as Project;
  expect(Object.keys(project.services)).toEqual([
    ...['openai-responses-proxy', 'caddy', 'searxng', 'redis', 'postgres'],
  ]);
});

describeWithTool('docker-compose', 'The stack as Compose resolves it', (compose) => {
  /** Reads the file as Compose does, beside the given .env and nothing else. */
  function resolve(env: string | undefined, ...args: string[]): Promise<Project> {
    const files = { 'docker-compose.yaml': file, ...(env === undefined ? {} : { '.env': env }) };
    return inFolder(files, async (folder) => {
      const result = await run(compose, [...args, 'config', '--format', 'json'], { cwd: folder });
      if (!result.ok) throw new Error(result.output);
      return JSON.parse(result.stdout) as Project;
    });
  }

  test('has the names that the operators know', async () => {
    const { name, services, volumes } = await resolve(undefined);
    expect(name).toBe('responses-proxy');
    expect(services['openai-responses-proxy']?.container_name).toBe('openai-responses-proxy');
    expect(services.caddy?.container_name).toBe('responses-proxy-caddy');
    expect(Object.keys(services).sort()).toEqual(['caddy', 'openai-responses-proxy']);
    expect(volumes.caddy_data?.name).toBe('responses-proxy_caddy_data');
    expect(volumes.caddy_config?.name).toBe('responses-proxy_caddy_config');
  });

  test('shows the proxy to the host alone and Caddy to the world', async () => {
    const { services } = await resolve(undefined);
    expect(services['openai-responses-proxy']?.ports).toEqual([
      expect.objectContaining({ host_ip: '127.0.0.1', published: '8282', target: 8282 }),
    ]);
    const open = services.caddy?.ports?.map((port) => `${port.published}/${port.protocol}`);
    expect(open).toEqual(['80/tcp', '443/tcp', '443/udp']);
    expect(services.caddy?.ports?.every((port) => port.host_ip === undefined)).toBe(true);
  });

  test('isolates the proxy but lets it reach its backend', async () => {
    const { services, networks } = await resolve(
      undefined,
      ...['--profile', 'redis', '--profile', 'postgres'],
    );
    const of = (service: string) => Object.keys(services[service]?.networks ?? {}).sort();
    expect(of('caddy')).toEqual(['internal', 'public']);
    expect(of('openai-responses-proxy')).toEqual(['egress', 'internal', 'store']);
    for (const store of ['redis', 'postgres']) expect(of(store)).toEqual(['store']);
    const isInternal = (network: string) => networks[network]?.internal === true;
    expect(Object.keys(networks).filter(isInternal).sort()).toEqual(['internal', 'store']);
  });

  test('starts Caddy when the proxy is healthy, restarts all, lets all drain', async () => {
    const { services } = await resolve(
      'SHUTDOWN_GRACE_SECS=300',
      ...['--profile', 'redis', '--profile', 'postgres'],
    );
    expect(services.caddy?.depends_on?.['openai-responses-proxy']?.condition).toBe(
      'service_healthy',
    );
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        restart: 'unless-stopped',
        read_only: true,
        cap_drop: ['ALL'],
        stop_grace_period: '6m0s',
      });
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
    }
    expect(services['openai-responses-proxy']?.healthcheck.test.join(' ')).toContain('/health');
  });

  test('works without .env', async () => {
    const { services } = await resolve(undefined);
    expect(services['openai-responses-proxy']?.environment).toEqual({
      BACKEND_URL: 'https://llm.chutes.ai/v1/chat/completions',
      BACKEND_TIMEOUT_SECS: '600',
      HOST: '0.0.0.0',
      HOST_PORT: '8282',
    });
  });

  test('mounts the folder of BACKENDS_FILE, which is not in force by itself', async () => {
    const { services } = await resolve(undefined);
    const proxy = services['openai-responses-proxy'];
    expect(proxy?.volumes).toContainEqual(
      expect.objectContaining({
        type: 'bind',
        source: expect.stringMatching(/docker\/backends$/) as unknown,
        target: '/app/backends',
        read_only: true,
      }),
    );
    expect(proxy?.environment).not.toHaveProperty('BACKENDS_FILE');
    const named = await resolve('BACKENDS_FILE=/app/backends/backends.yaml\nHOUSE_KEY=k');
    expect(named.services['openai-responses-proxy']?.environment).toMatchObject({
      BACKENDS_FILE: '/app/backends/backends.yaml',
      HOUSE_KEY: 'k',
    });
  });

  test('its own defaults are those of .env.sample', async () => {
    const { services } = await resolve(undefined);
    const defaults = {
      ...services.caddy?.environment,
      ...services['openai-responses-proxy']?.environment,
    };
    // The sample names a domain to be replaced; without .env no certificate is asked for it.
    expect(defaults.CADDY_DOMAIN).toBe('localhost');
    const differing = Object.entries(defaults).filter(
      ([name, value]) =>
        // Outside a container the service keeps to loopback.
        !['CADDY_DOMAIN', 'HOST'].includes(name) && value !== (sample.get(name) ?? value),
    );
    expect(differing).toEqual([]);
  });

  test('passes every variable of .env.sample through', async () => {
    const marked = [...sample.keys()].map((name) => [name, `7${String(name.length)}`] as const);
    const env = marked.map(([name, value]) => `${name}=${value}`).join('\n');
    const { services } = await resolve(env);
    const proxy = services['openai-responses-proxy']?.environment ?? {};
    const caddy = services.caddy?.environment ?? {};
    for (const [name, value] of marked) {
      if (name === 'HOST') continue; // Inside a container it is always 0.0.0.0.
      expect([name, proxy[name]]).toEqual([name, value]);
      if (name.startsWith('CADDY_')) expect([name, caddy[name]]).toEqual([name, value]);
    }
    expect(proxy.HOST).toBe('0.0.0.0');
    expect(marked.length).toBeGreaterThan(10);
  });

  test('serves the local development settings of the guide', async () => {
    const { services } = await resolve(
      'CADDY_DOMAIN=localhost\nCADDY_PORT=8180\nCADDY_TLS=false\nHOST_PORT=9000\n',
    );
    expect(services.caddy?.environment).toMatchObject({ CADDY_TLS: 'false', HOST_PORT: '9000' });
    expect(services.caddy?.ports?.map((port) => port.target)).toEqual([80, 8180, 8180]);
    expect(services['openai-responses-proxy']?.ports?.[0]).toMatchObject({ target: 9000 });
  });

  test('maps a port once when Caddy serves plain HTTP on 80', async () => {
    const { services } = await resolve('CADDY_PORT=80\nCADDY_TLS=false\n');
    const open = services.caddy?.ports?.map((port) => `${port.published}/${port.protocol}`);
    expect(open).toEqual(['80/tcp', '80/udp']);
  });
});
