import { describe, expect, it } from '@jest/globals';
import { dialectNames, resolveDialect } from '../src/responses/backend/dialects/resolve-dialect.js';
import type { BackendDialect } from '../src/responses/translator/dialect/dialect.js';
import { translate } from './support/translate.js';
import { codesOf, readProjectFile, tableRows } from './support/documentation.js';

/** Holds the dialects as docs/compatibility.md and README.md tell them against the presets. */

const page = readProjectFile('docs/compatibility.md');
const dialects = dialectNames.map((name) => resolveDialect(name, new URL('http://backend.test')));

describe('the documented dialects', () => {
  it('are as the table says', () => {
    const table = tableRows(page, 'Dialects').map((cells) => cells.join(' | '));
    expect(table).toEqual(dialects.map(describeDialect));
  });

  it('take the documented fields', () => {
    const rows = tableRows(page, 'Request fields');
    const fields = rows.filter(([, second]) => isStatus(second));
    const takers = rows
      .filter(([, second]) => !isStatus(second))
      .flatMap(([names, list = '']) => codesOf(names).map((name) => [name, takersOf(list)]));
    const passed = fields.filter(([, status]) => status === 'passed');
    const handled = fields.filter(([, status]) => status !== 'passed');
    const isHandled = new Set(handled.flatMap(([names]) => codesOf(names)));
    const optional = [...new Set(dialects.flatMap(({ allowedFields }) => [...allowedFields]))];
    const probed = new Set([...optional, ...takers.map(([name]) => String(name))]);
    const actual = [...probed]
      .filter((name) => !isHandled.has(name))
      .map((name) => [name, dialects.filter((d) => goesOut(name, d)).map((d) => d.name)]);
    expect(Object.fromEntries(takers)).toEqual(Object.fromEntries(actual));
    const names = passed.flatMap(([cell]) => codesOf(cell)).filter((name) => !name.includes('.'));
    expect(takers.map(([name]) => name)).toEqual(expect.arrayContaining(names));
  });

  it('count tokens as the table says', () => {
    const told = tableRows(page, 'Input tokens').map(([way, names]) => [
      codesOf(way)[0],
      names === 'all others' ? names : codesOf(names),
    ]);
    const counting = (way: string) =>
      dialects.filter(({ tokenCount }) => tokenCount === way).map(({ name }) => name);
    expect(Object.fromEntries(told)).toEqual({
      tokenize: counting('tokenize'),
      input_tokens: counting('input_tokens'),
      estimate: 'all others',
    });
  });

  it('are all in the README, each with a URL by which it is found', () => {
    const rows = tableRows(readProjectFile('README.md'), 'Backends').map(([, url, name]) => ({
      url: new URL(codesOf(url)[0] ?? ''),
      name: codesOf(name)[0],
    }));
    expect(rows.map(({ name }) => name).sort()).toEqual(
      dialectNames.filter((name) => name !== 'default').sort(),
    );
    for (const { url, name } of rows)
      expect([url.href, resolveDialect('auto', url).name]).toEqual([url.href, name]);
  });
});

/** The request's checks take these values; any other field gets a number. */
const samples: Readonly<Record<string, unknown>> = {
  ...{ stop: ['x'], logit_bias: { 5: 1 }, logprobs: true, ignore_eos: true },
  ...{ user: 'u', safety_identifier: 's', prompt_cache_key: 'k', prompt_cache_retention: '24h' },
  ...{ metadata: { a: 'b' }, service_tier: 'flex', verbosity: 'low', stop_token_ids: [5] },
  ...{ chat_template_kwargs: { a: 1 }, functions: [], function_call: 'auto', models: ['m'] },
  ...{ modalities: ['text', 'audio'], prediction: { type: 'content', content: 'x' } },
};

/** Tells whether a request's field is in what the backend is sent, and nothing is said where it is. */
function goesOut(name: string, dialect: BackendDialect): boolean {
  const body = { input: 'Hi', [name]: samples[name] ?? 2 };
  const { chatRequest, warnings } = translate(body, dialect);
  const isSent = name in (JSON.parse(JSON.stringify(chatRequest)) as object);
  expect([name, dialect.name, warnings.map(({ param }) => param)]).toEqual([
    name,
    dialect.name,
    isSent ? [] : [name],
  ]);
  return isSent;
}

function isStatus(word: string | undefined): boolean {
  return ['supported', 'mapped', 'passed', 'echoed', 'ignored', 'refused'].includes(word ?? '');
}

/** Reads `all`, `all but a, b`, or `a, b`. */
function takersOf(text: string): string[] {
  const names = text.replace(/^all( but )?/, '').split(', ');
  return dialectNames.filter((name) => text.startsWith('all') !== names.includes(name));
}

function describeDialect(dialect: BackendDialect): string {
  const efforts = Object.entries(dialect.effortMap).map(([asked, sent]) => `${asked} → ${sent}`);
  const yes = (flag: boolean) => (flag ? 'yes' : 'no');
  return [
    `\`${dialect.name}\``,
    `\`${dialect.maxTokensField}\``,
    `${dialect.leadingSystem}, ${dialect.lateSystem}`,
    dialect.reasoningReplay === 'off'
      ? 'off'
      : `${dialect.reasoningReplay}, \`${dialect.reasoningReplayField}\``,
    dialect.effortField === 'none'
      ? 'none'
      : `\`${dialect.effortField}\`: ${efforts.join(', ') || 'as asked'}`,
    dialect.responseFormat,
    dialect.strictTools,
    `${dialect.toolChoice}, ${yes(dialect.parallelToolCalls)}`,
    dialect.images,
    yes(dialect.fileParts),
  ].join(' | ');
}
