import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startService } from '../support/start-service.js';
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
