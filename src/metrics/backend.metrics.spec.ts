import { expect, it } from '@jest/globals';
import { BackendMetrics } from './backend.metrics.js';
import { MetricsService } from './metrics.service.js';

it('the models of all backends have at most 200 series, and names that are not real have none', () => {
  const metrics = new BackendMetrics(new MetricsService());
  const label = (model: string, isReal: boolean) => metrics.labelsOf('house', model, isReal).model;
  expect(label('invented', false)).toBe('other');
  for (let index = 0; index < 200; index++) expect(label(`m${index}`, true)).toBe(`m${index}`);
  expect(label('one-more', true)).toBe('other');
  expect(label('m7', false)).toBe('m7');
});
