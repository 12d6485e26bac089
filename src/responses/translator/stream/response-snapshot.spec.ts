import { describe, expect, it } from '@jest/globals';
import { createSnapshot } from './response-snapshot.js';

const options = { responseId: 'resp_1', createdAt: 1_764_000_000, model: 'm', stored: false };

describe('the service tier of an answer', () => {
  it.each([
    ['that was not sent', undefined, 'default'],
    ['auto', 'auto', 'default'],
    ['fast', 'fast', 'priority'],
    ['flex', 'flex', 'flex'],
  ])('%s', (_name, serviceTier, echoed) => {
    const request = { model: 'm', input: 'Hi', service_tier: 'priority' };
    expect(createSnapshot(request, { ...options, serviceTier }).service_tier).toBe(echoed);
  });
});
