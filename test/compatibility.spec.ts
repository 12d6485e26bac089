import { readdirSync } from 'node:fs';
import { ERRORS } from '../src/common/error-codes.js';
import { describe, expect, it } from '@jest/globals';
import { dialectNames, resolveDialect } from '../src/responses/backend/dialects/resolve-dialect.js';
import { WARNINGS } from '../src/responses/translator/warning.js';
import {
  codesOf,
  interfaceFields,
  readProjectFile,
  readSources,
  tableRows,
} from './support/documentation.js';
import { refusal, translate } from './support/translate.js';

/** Holds docs/compatibility.md against the code: what it says exists and behaves so, and nothing is left out. */

const page = readProjectFile('docs/compatibility.md');
const sources = readSources('src');
const dialects = dialectNames.map((name) => resolveDialect(name, new URL('http://backend.test')));

interface Row {
  names: string[];
  status: string;
  note: string;
}

function rowsOf(heading: string): Row[] {
  return tableRows(page, heading).map(([names, status = '', note = '']) => ({
    names: codesOf(names),
    status,
    note,
  }));
}

function namesOf(heading: string): string[] {
  return rowsOf(heading).flatMap(({ names }) => names);
}

/** Gives `[name, status, note]` of each name. */
function casesOf(heading: string, ...statuses: string[]): [string, string, string][] {
  return rowsOf(heading)
    .filter(({ status }) => statuses.includes(status))
    .flatMap(({ names, status, note }) =>
      names.map((name): [string, string, string] => [name, status, note]),
    );
}

function missing(wanted: Iterable<string>, found: Iterable<string>): string[] {
  const known = new Set(found);
  return [...new Set(wanted)].filter((name) => !known.has(name));
}

function literals(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([, literal = '']) => literal);
}

describe('request fields', () => {
  const documented = namesOf('Request fields').map((name) => name.split('.')[0] ?? '');
  const known = new Set([
    ...interfaceFields(readProjectFile('src/contracts/responses/request.ts'), 'CreateResponseBody'),
    ...literals(
      readProjectFile('src/responses/validation/create-response.dto.ts'),
      /\) (\w+): unknown;/g,
    ),
    ...interfaceFields(
      readProjectFile('node_modules/openai/resources/responses/responses.d.ts'),
      'ResponseCreateParamsBase',
      '    ',
    ),
    ...recordedFields(),
    ...dialects.flatMap(({ allowedFields }) => [...allowedFields]),
  ]);

  it('are all there, and no others', () => {
    expect(known.size).toBeGreaterThan(60);
    expect(missing(known, documented)).toEqual([]);
    expect(missing(documented, known)).toEqual([]);
  });

  it('are never refused for their name alone; a row that says so needs its own test here', () => {
    expect(casesOf('Request fields', 'refused')).toEqual([]);
  });

  it.each(casesOf('Request fields', 'ignored'))('%s is ignored with a warning', (name) => {
    const { warnings, chatRequest } = translate({ input: 'Hi', [name]: {} });
    expect(warnings).toEqual([{ code: 'field_ignored', param: name }]);
    expect(chatRequest).not.toHaveProperty(name);
  });
});

describe('items, content parts and tools', () => {
  it.each(casesOf('Input items', 'mapped', 'ignored'))('input item %s is %s', (type, status) => {
    const { id, ...item } = {
      type,
      id: 'x',
      name: 'n',
      role: 'user',
      content: 'x',
      input: 'x',
      output: 'x',
      result: 'x',
      results: ['x'],
      outputs: ['x'],
      action: { sources: [{ url: 'x' }] },
      text: 'x',
    };
    const probe = type === 'item_reference' ? { type, id } : { ...item, id, call_id: 'x' };
    const call = { type: 'function_call', call_id: 'x', name: 'n', arguments: '{}' };
    // An approval is a request and its answer.
    const asked = { type: 'mcp_approval_request', id, name: 'n' };
    const answer = { type: 'mcp_approval_response', approval_request_id: id, approve: false };
    const { warnings } = translate({
      input: [
        { role: 'user', content: 'Hi', id: 'x' },
        ...[call, ...(type.startsWith('mcp_approval') ? [asked, answer] : [probe])],
      ],
    });
    expect(warnings.some(({ code }) => code === 'item_skipped')).toBe(status === 'ignored');
  });

  it.each(casesOf('Content parts', 'mapped', 'ignored'))(
    'content part %s is %s',
    (type, status) => {
      const url = 'data:text/plain,x';
      const part = { type, text: 'x', refusal: 'x', image_url: url, file_data: url, body: 'x' };
      const { warnings } = translate({
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Hi' }, part] },
          { role: 'assistant', content: 'Hello' },
        ],
      });
      expect(lossesIn(warnings)).toEqual(status === 'ignored' ? ['content_part_dropped'] : []);
    },
  );

  it.each(casesOf('Content parts', 'refused'))(
    'content part %s is refused',
    (type, _status, note) => {
      const input = [{ role: 'user', content: [{ type }] }];
      expect(note).toContain(refusal(() => translate({ input })).code);
    },
  );

  it.each(casesOf('Tools', 'mapped', 'ignored'))('tool %s is %s', (type, status) => {
    const { warnings } = translate({
      input: 'Hi',
      tools: [{ type, name: 'n', execution: 'client' }],
    });
    expect(lossesIn(warnings)).toEqual(status === 'ignored' ? ['tool_dropped'] : []);
  });

  it('exist: in the SDK, in the specification, or here', () => {
    const sdk = readProjectFile('node_modules/openai/resources/responses/responses.d.ts');
    const names = ['Input items', 'Content parts', 'Tools'].flatMap(namesOf);
    const strange = names.filter((name) => !sdk.includes(`'${name}'`) && !isOurs(name));
    expect(strange).toEqual([]);
  });

  it('output items are those of the contract', () => {
    const text = contract('items') + contract('hosted-items');
    const union = (name: string): string[] =>
      literals(new RegExp(`export type ${name} =([^;]+);`).exec(text)?.[1] ?? '', /(\w+)/g);
    const names = union('OutputItem').filter((name) => name !== 'HostedItem');
    const types = [...names, ...union('HostedItem')].map(
      (name) => new RegExp(`interface ${name} [^}]*?type: '(\\w+)'`).exec(text)?.[1],
    );
    expect(namesOf('Output items').sort()).toEqual(types.sort());
  });
});

describe('the answer', () => {
  it('has the documented events', () => {
    const types = literals(
      `${contract('hosted-events')}${contract('events').split('export type TerminalEventType')[0] ?? ''}`,
      /'(response\.[\w.]+|error)'/g,
    );
    expect(types.length).toBeGreaterThan(20);
    expect(namesOf('Events').sort()).toEqual([...new Set(types)].sort());
  });

  it('has the documented response fields', () => {
    const fields = interfaceFields(contract('response'), 'ResponseResource');
    const documented = tableRows(page, 'Response fields').flatMap(([names]) => codesOf(names));
    expect(documented.sort()).toEqual(fields.sort());
  });

  it('has the documented warnings', () => {
    const codes = Object.keys(WARNINGS);
    expect(codes.length).toBeGreaterThan(20);
    expect(namesOf('Warnings').sort()).toEqual(codes.sort());
  });

  it('has the documented error codes', () => {
    const documented = tableRows(page, 'Errors').flatMap(([, , codes]) => codesOf(codes));
    expect([...new Set(documented)].sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

/** Leaves out the fields of a probe that its type does not have. */
function lossesIn(warnings: readonly { code: string }[]): string[] {
  return warnings.map(({ code }) => code).filter((code) => code !== 'field_ignored');
}

/** Keys of the converters' tables stand without quotes. */
function isOurs(name: string): boolean {
  return sources.includes(`'${name}'`) || new RegExp(`^  ${name}: `, 'm').test(sources);
}

function contract(name: string): string {
  return readProjectFile(`src/contracts/responses/${name}.ts`);
}

/** Lists the fields of the requests that were recorded from Codex. */
function recordedFields(): string[] {
  const folder = 'test/support/codex-recordings';
  const files = readdirSync(new URL('support/codex-recordings', import.meta.url));
  return files
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readProjectFile(`${folder}/${name}`)) as { body?: object })
    .flatMap(({ body }) => Object.keys(body ?? {}));
}
