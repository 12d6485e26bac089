import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { freePort } from '../support/free-port.js';
import { startService } from '../support/start-service.js';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run } from './support/tools.js';

const folder = join(root, 'deploy/prometheus');
const alerts = await readFile(join(folder, 'alerts.yaml'), 'utf8');
const page = await readFile(join(root, 'docs/observability.md'), 'utf8');

test('every alert is explained, and names metrics that the page has', () => {
  const { groups } = parse(alerts) as { groups: { rules: { alert: string; expr: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr } of rules) {
    expect(page).toContain(`\`${alert}\``);
    const names = expr.match(/\b(?:responses_proxy|nodejs)_\w+/g) ?? [];
    for (const name of names) expect(page).toContain(name.replace(/_bucket$/, ''));
  }
});

describeWithTool('promtool', 'Prometheus', (promtool) => {
  test('fires each alert for what it names, and none for a service that is well', async () => {
    const tested = await run(promtool, ['test', 'rules', 'alerts.test.yaml'], { cwd: folder });
    expect(tested).toMatchObject({ ok: true });
  });

  describeWithTool('prometheus', 'itself', (prometheus) => {
    test('takes the ids of traces beside the durations', async () => {
      const service = await startService({
        // Nobody listens there; what cannot be sent is dropped.
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      });
      await (await service.post({ model: 'demo', input: 'Hi' })).json();
      const job = {
        job_name: 'responses-proxy',
        scrape_interval: '1s',
        scrape_timeout: '1s',
        static_configs: [{ targets: [new URL(service.proxy.url).host] }],
      };
      const port = await freePort();
      await inFolder({ 'prometheus.yml': stringify({ scrape_configs: [job] }) }, async (folder) => {
        const child = spawn(
          prometheus,
          [
            '--config.file=prometheus.yml',
            '--storage.tsdb.path=data',
            `--web.listen-address=127.0.0.1:${port}`,
            '--enable-feature=exemplar-storage',
          ],
          { cwd: folder, stdio: 'ignore' },
        );
        const exit = once(child, 'exit');
        const query = 'responses_proxy_request_duration_seconds_bucket';
        const url = `http://127.0.0.1:${port}/api/v1/query_exemplars?query=${query}&start=0&end=9999999999`;
        const ask = () =>
          fetch(url).then(
            (reply) => reply.text(),
            () => '',
          );
        const givesUpAt = performance.now() + 20_000;
        let found = '';
        while (!found.includes('trace_id') && performance.now() < givesUpAt) {
          await sleep(100);
          found = await ask();
        }
        child.kill('SIGKILL');
        await exit;
        expect(found).toMatch(/"trace_id":"[0-9a-f]{32}"/);
      });
      await service.close();
    }, 30_000);
  });

  test('finds nothing to say against the metrics', async () => {
    const service = await startService();
    await service.post({ model: 'demo', input: 'Hi' });
    const metrics = await (await fetch(`${service.proxy.url}/metrics`)).text();
    await service.close();
    const own = metrics
      .split('\n')
      .filter((line) => /^(?:# (?:HELP|TYPE) )?responses_proxy_/.test(line));
    expect(own.length).toBeGreaterThan(50);
    const checked = spawnSync(promtool, ['check', 'metrics'], {
      input: `${own.join('\n')}\n`,
      encoding: 'utf8',
    });
    expect(checked.stdout + checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });
});
