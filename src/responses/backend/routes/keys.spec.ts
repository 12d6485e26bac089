import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EnvironmentError, readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { MetricsService } from '../../../metrics/metrics.service.js';
import type { Backend } from '../backend.js';
import { BackendFactory } from '../backend-factory.service.js';
import { parseBackendsFile } from './read-backends-file.js';
import { planRoute } from './route-plan.js';
import { Routes, type RoutingTable } from './routing-table.js';

const clientKey = 'sk-of-the-client-0123456789';
const factory = new BackendFactory(new BackendMetrics(new MetricsService()), [], []);
const made: Backend[] = [];
afterAll(() => Promise.all(made.map(({ http }) => http.close())));

/** Hosts, ports and schemes that are easily taken for one another, private and public. */
const url = fc.constantFrom(
  ...['http://vllm:8000', 'http://vllm:8001', 'https://vllm:8000', 'http://10.0.0.1:8000'],
  ...['https://a.example', 'https://a.example:444', 'http://a.example', 'https://b.example'],
);
const entry = fc.record(
  {
    url,
    key: fc.oneof(
      fc.constantFrom('client', 'none'),
      fc.stringMatching(/^[a-z]{4}$/).map((text) => `operator-${text}`),
    ),
    forwardHeaders: fc.constant(['x-team', 'x-mine']),
  },
  { requiredKeys: ['url'] },
);
const names = ['a', 'b', 'c', 'd'];
const target = fc.record(
  { backend: fc.constantFrom(...names), model: fc.constantFrom('$0', 'x/$0') },
  { requiredKeys: ['backend'] },
);
const file = fc.record({
  backends: fc.record({ a: entry, b: entry, c: entry, d: entry }),
  routes: fc
    .array(fc.array(target, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
    .map((targets) => targets.map((to, index) => ({ model: index === 0 ? '*' : `m${index}`, to }))),
});

describe("a client's key, over random files", () => {
  it('goes to one origin at most, whatever falls back where; an operator’s key to its own backend', () => {
    let refused = 0;
    let holders = 0;
    fc.assert(
      fc.property(file, fc.boolean(), (content, hasProxyKeys) => {
        const environment = hasProxyKeys ? { PROXY_API_KEYS: clientKey } : {};
        const settings = toSettings(readEnvironment({ BACKENDS_FILE: 'f', ...environment }));
        let table: RoutingTable;
        try {
          table = parseBackendsFile(JSON.stringify(content), 'f', settings);
        } catch (error) {
          refused += 1;
          expect(error).toBeInstanceOf(EnvironmentError);
          return;
        }
        const backends = new Map(
          [...table.backends].map(([name, backend]) => [
            name,
            factory.of({ ...settings, backend }),
          ]),
        );
        made.push(...backends.values());
        const caller = { id: 'c', clientKey, headers: { 'x-mine': `Token ${clientKey}` } };
        const headers = { authorization: `Bearer ${clientKey}`, 'x-mine': clientKey };
        const routing = { backends, routes: new Routes(table.routes), limits: table.fallback };
        const got = new Map<string, Set<string>>();
        for (const { model } of table.routes) {
          const request = { model, caller, conversation: () => 'k' };
          for (const { backend } of planRoute(routing, request, () => '').targets) {
            const { calls } = backend;
            for (const call of [
              calls.chat(model, '{}', caller),
              calls.beside(backend.settings.backend.url, model, {}, caller),
              calls.models(caller),
              calls.relay(
                Buffer.from('{}'),
                { caller: 'c', identity: { id: clientKey, backendKey: clientKey }, headers },
                false,
              ),
            ]) {
              const sent = JSON.stringify(call.headers);
              const keys = [clientKey, ...Object.values(content.backends).map(({ key }) => key)];
              for (const key of keys) {
                if (key === undefined || ['client', 'none'].includes(key)) continue;
                if (!sent.includes(key)) continue;
                got.set(key, (got.get(key) ?? new Set()).add(call.url.origin));
                if (key !== clientKey) expect(backend.settings.backend.apiKey).toBe(key);
              }
            }
          }
        }
        if (got.has(clientKey)) holders += 1;
        expect(got.get(clientKey)?.size ?? 0).toBeLessThanOrEqual(hasProxyKeys ? 0 : 1);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeLessThan(280);
    // The property says something only where a client's key went out at all.
    expect(holders).toBeGreaterThan(5);
  });
});
