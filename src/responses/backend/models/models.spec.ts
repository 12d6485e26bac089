import { describe, expect, it } from '@jest/globals';
import { readModelList } from './model-entry.js';
import { ModelNames } from './model-names.js';
import { modelNotFoundMessage } from './model-not-found-message.js';

describe('readModelList', () => {
  it('reads prices per million tokens in both spellings', () => {
    const data = [
      { id: 'chutes', price: { input: { usd: 0.27, tao: 1 }, output: { usd: 1 } } },
      { id: 'numbers', pricing: { prompt: 0.5, completion: 2 } },
      { id: 'openrouter', pricing: { prompt: '0.000003', completion: '1.5e-5' } },
      { id: 'none', pricing: { prompt: 'free' } },
    ];
    const models = readModelList({ data });
    expect(models?.map(({ id }) => id)).toEqual(['chutes', 'numbers', 'openrouter', 'none']);
    expect(models?.[0]).toEqual({ id: 'chutes', inputPrice: 0.27, outputPrice: 1 });
    expect(models?.[1]).toEqual({ id: 'numbers', inputPrice: 0.5, outputPrice: 2 });
    expect(models?.[2]?.inputPrice).toBeCloseTo(3);
    expect(models?.[2]?.outputPrice).toBeCloseTo(15);
    expect(models?.[3]).toEqual({ id: 'none' });
  });

  it('skips what is no model, and bounds the list', () => {
    expect(readModelList({ data: [null, 1, {}, { id: 5 }, { id: '' }, { id: 'a' }] })).toEqual([
      { id: 'a' },
    ]);
    const many = Array.from({ length: 20_000 }, (_, index) => ({ id: `m${index}` }));
    expect(readModelList(many)).toHaveLength(10_000);
  });

  it.each([{}, null, 'x', { data: {} }, { error: { message: 'm' } }])('%j is no list', (body) => {
    expect(readModelList(body)).toBeUndefined();
  });
});

describe('ModelNames', () => {
  it('finds the exact name first, then the first that differs in case only', () => {
    const names = new ModelNames(['Org/A', 'org/a', 'Org/B']);
    expect(names.find('org/a')).toBe('org/a');
    expect(names.find('ORG/A')).toBe('Org/A');
    expect(names.find('org/b')).toBe('Org/B');
    expect(names.find('org/c')).toBeUndefined();
  });

  it('is bounded', () => {
    expect(new ModelNames(['a', 'b', 'c'], 2).size).toBe(2);
  });
});

describe('modelNotFoundMessage', () => {
  it('lists twenty models with honest prices', () => {
    const models = [
      { id: 'both', inputPrice: 0.25, outputPrice: 1 },
      { id: 'in', inputPrice: 2 },
      { id: 'out', outputPrice: 3 },
      ...Array.from({ length: 20 }, (_, index) => ({ id: `m${index}` })),
    ];
    const lines = modelNotFoundMessage('x', models).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      "Model 'x' not found.",
      '',
      'Available models:',
      '  • both (input $0.2500, output $1.0000 per 1M tokens)',
      '  • in (input $2.0000 per 1M tokens)',
      '  • out (output $3.0000 per 1M tokens)',
      '  • m0',
    ]);
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toBe('  ...and 3 more models.');
  });
});
