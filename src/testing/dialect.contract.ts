import assert from 'node:assert/strict';
import type { DescribedPreset } from '../responses/backend/dialects/described-preset.js';
import { toPreset } from '../responses/backend/dialects/described-preset.js';
import { resolveDialect } from '../responses/backend/dialects/resolve-dialect.js';
import { normalizedModel, type ModelFamily } from '../responses/backend/families/model-family.js';
import type { ContractCheck } from './contract-check.js';
import { TestService } from './test-service.js';

/** Gives the rules for a dialect that is added: its name and its hosts choose it, and requests are the same bytes each time. */
export function dialectContract(dialect: DescribedPreset): ContractCheck[] {
  const { name, hosts = [] } = dialect;
  return [
    {
      name: 'has fields that dialects have',
      run: () => Promise.resolve(void toPreset(dialect)),
    },
    {
      name: 'is chosen by each of its hosts',
      run: () => {
        const presets = [toPreset(dialect)];
        for (const host of hosts.map((each) => each.replaceAll('*', 'any'))) {
          const url = new URL(`https://${host}/v1/chat/completions`);
          assert.equal(resolveDialect('auto', url, presets).name, name, host);
        }
        return Promise.resolve();
      },
    },
    {
      name: 'sends the same request as the same bytes, and the limit of tokens in its field',
      run: () => {
        const plugins = [{ name: 'contract', dialects: [dialect] }];
        const settings = { BACKEND_DIALECT: name };
        return TestService.with({ plugins, settings }, async (service) => {
          const tools = [{ type: 'function', name: 'run', parameters: {}, strict: null }];
          const body = { max_output_tokens: 50, tools };
          await service.create(body);
          await service.create(body);
          const [first, second] = service.asked.map((body) => JSON.stringify(body));
          assert.equal(second, first);
          const { maxTokensField } = toPreset(dialect).dialect;
          assert.equal(service.asked[0]?.[maxTokensField], 50);
        });
      },
    },
  ];
}

export interface FamilyUnderTest {
  family: ModelFamily;
  /** Names of its models, as they are met at hosts. */
  models: readonly string[];
  /** Names near them, which are others' models. */
  others?: readonly string[];
}

/** Gives the rules for a model family that is added. */
export function familyContract({ family, models, others = [] }: FamilyUnderTest): ContractCheck[] {
  return [
    {
      name: 'finds its models and no others',
      run: () => {
        const { pattern, source } = family;
        assert.ok(!pattern.global && !pattern.sticky, 'The pattern keeps a place between tries.');
        assert.ok(source.trim() !== '', 'Its source is not said.');
        for (const model of models) assert.ok(pattern.test(normalizedModel(model)), model);
        for (const model of others) assert.ok(!pattern.test(normalizedModel(model)), model);
        return Promise.resolve();
      },
    },
    {
      name: 'makes requests of its models that go through, with and without a thought',
      run: () =>
        TestService.with(
          { plugins: [{ name: 'contract', families: [family] }] },
          async (service) => {
            for (const model of models)
              for (const more of [{}, { reasoning: { effort: 'low' } }])
                assert.equal((await service.create({ model, ...more })).status, 'completed');
          },
        ),
    },
  ];
}
