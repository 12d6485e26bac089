import type { JsonRecord } from '../../src/common/json.js';

/** Tool schemas have these shapes as public MCP servers and their generators (zod, Pydantic, OpenAPI, Go, hand) write them. */

const text = { type: 'string' };
const whole = { type: 'integer' };
const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
const draft2020 = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
const object = (
  properties: JsonRecord,
  required?: string[],
  more: JsonRecord = {},
): JsonRecord => ({
  type: 'object',
  properties,
  ...(required === undefined ? {} : { required }),
  ...more,
});
const closed = { additionalProperties: false };
const nullable = (schema: JsonRecord) => ({
  anyOf: [schema, { type: 'null' }],
  default: null,
  title: 'Nullable',
});

export const mcpSchemas: Readonly<Record<string, JsonRecord>> = {
  'no parameters at all': {},
  'an object without properties': { type: 'object' },
  'an empty closed object': object({}, [], { ...draft7, ...closed }),
  'filesystem read_text_file': object(
    { path: text, tail: { type: 'number', description: 'last N lines' }, head: { type: 'number' } },
    ['path'],
    { ...draft7, ...closed },
  ),
  'filesystem edit_file': object(
    {
      path: text,
      edits: {
        type: 'array',
        items: object({ oldText: text, newText: text }, ['oldText', 'newText'], closed),
      },
      dryRun: { type: 'boolean', default: false },
    },
    ['path', 'edits'],
    { ...draft7, ...closed },
  ),
  'filesystem read_multiple_files': object({ paths: { type: 'array', items: text, minItems: 1 } }, [
    'paths',
  ]),
  'github search_issues': object(
    {
      query: text,
      order: { type: 'string', enum: ['asc', 'desc'] },
      page: { type: 'number', minimum: 1 },
      perPage: { type: 'number', minimum: 1, maximum: 100 },
    },
    ['query'],
  ),
  'github issue_write with any labels': object({
    method: text,
    labels: { type: 'array', items: text },
    state: { enum: ['open', 'closed'] },
  }),
  'github push_files': object({
    files: {
      type: 'array',
      items: object({ path: text, content: text }, ['path', 'content'], closed),
    },
  }),
  'an array without items': object({ fields: { type: 'array' } }, ['fields']),
  'an array of anything': object({ values: { type: 'array', items: {} } }),
  'a free map': object({ headers: { type: 'object', additionalProperties: text } }),
  'a map of anything': object({ arguments: { type: 'object', additionalProperties: true } }),
  'a map by pattern': object({ env: { type: 'object', patternProperties: { '^[A-Z_]+$': text } } }),
  'zod record with names': object({
    labels: { type: 'object', propertyNames: { pattern: '^[a-z]+$' }, additionalProperties: text },
  }),
  'Pydantic optional': object({ limit: nullable(whole), cursor: nullable(text) }, undefined, {
    title: 'listArguments',
  }),
  'Pydantic reference': object({ filter: { $ref: '#/$defs/Filter' } }, ['filter'], {
    $defs: {
      Filter: object({ field: text, op: { $ref: '#/$defs/Op' } }, ['field', 'op'], {
        title: 'Filter',
      }),
      Op: { type: 'string', enum: ['eq', 'gt'] },
    },
  }),
  'Pydantic reference in allOf': object(
    { mode: { allOf: [{ $ref: '#/definitions/Mode' }], default: 'fast', description: 'how' } },
    [],
    {
      definitions: { Mode: { enum: ['fast', 'slow'], type: 'string' } },
    },
  ),
  'Pydantic discriminated union': object(
    {
      action: {
        discriminator: { propertyName: 'kind', mapping: { click: '#/$defs/Click' } },
        oneOf: [{ $ref: '#/$defs/Click' }, { $ref: '#/$defs/Type' }],
      },
    },
    ['action'],
    {
      $defs: {
        Click: object({ kind: { const: 'click', type: 'string' }, x: whole }, ['kind', 'x']),
        Type: object({ kind: { const: 'type' }, text }, ['kind', 'text']),
      },
    },
  ),
  'a tree that contains itself': object({ node: { $ref: '#/$defs/Node' } }, ['node'], {
    $defs: {
      Node: object({ name: text, children: { type: 'array', items: { $ref: '#/$defs/Node' } } }, [
        'name',
      ]),
    },
  }),
  'a root that contains itself': object({
    and: { type: 'array', items: { $ref: '#' } },
    field: text,
  }),
  'a root reference': {
    $ref: '#/definitions/Args',
    definitions: { Args: object({ id: text }, ['id']) },
    ...draft7,
  },
  'notion: type beside anyOf': object({
    parent: {
      type: 'object',
      anyOf: [
        object({ page_id: text }, ['page_id']),
        object({ database_id: text }, ['database_id']),
      ],
    },
  }),
  'notion: deep blocks': object({
    children: {
      type: 'array',
      maxItems: 100,
      items: object({
        type: { enum: ['paragraph'] },
        paragraph: object({
          rich_text: {
            type: 'array',
            items: object({ text: object({ content: { type: 'string', maxLength: 2000 } }) }),
          },
        }),
      }),
    },
  }),
  'root anyOf that wants one of the fields': object({ id: text, title: text, body: text }, ['id'], {
    anyOf: [{ required: ['title'] }, { required: ['body'] }],
  }),
  'root oneOf without a type': {
    oneOf: [object({ pid: whole }, ['pid']), object({ name: text }, ['name'])],
  },
  'root allOf': {
    allOf: [object({ a: text }, ['a'], closed), object({ b: whole }, ['b'])],
    type: 'object',
  },
  'root anyOf of references': {
    anyOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }],
    $defs: { A: object({ a: text }, ['a']), B: object({ b: { $ref: '#/$defs/A' } }, ['b']) },
  },
  'root if, then, else': object({ kind: text, size: whole }, ['kind'], {
    if: { properties: { kind: { const: 'big' } } },
    then: { required: ['size'] },
    else: {},
  }),
  'dependent fields': object({ user: text, password: text }, [], {
    dependentRequired: { user: ['password'] },
  }),
  'not this one': object({ branch: { type: 'string', not: { enum: ['main'] } } }),
  'playwright browser_click': object(
    {
      element: text,
      ref: text,
      doubleClick: { type: 'boolean' },
      button: { type: 'string', enum: ['left', 'right', 'middle'] },
      modifiers: { type: 'array', items: { enum: ['Alt', 'Shift'], type: 'string' } },
    },
    ['element', 'ref'],
    { ...draft2020, ...closed },
  ),
  'playwright fill form': object(
    {
      fields: {
        type: 'array',
        items: object(
          { name: text, type: { enum: ['textbox', 'slider'] }, value: text },
          ['name', 'type', 'value'],
          closed,
        ),
      },
    },
    ['fields'],
    closed,
  ),
  'a list of types': object({ value: { type: ['string', 'number', 'boolean', 'null'] } }, [
    'value',
  ]),
  'a nullable type': object({ due: { type: ['string', 'null'], format: 'date-time' } }),
  'OpenAPI nullable': object({ due: { type: 'string', nullable: true, example: '2026-01-01' } }),
  'formats of all kinds': object({
    ...Object.fromEntries(
      ['uri', 'email', 'uuid', 'date', 'binary', 'int64'].map((format) => [
        format.replace('64', 's'),
        { type: 'string', format },
      ]),
    ),
  }),
  'kubernetes: patterns': object({
    name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    id: { type: 'string', pattern: '\\d{3}-\\w+' },
  }),
  'a look-ahead': object({ password: { type: 'string', pattern: '^(?=.*[0-9]).{8,}$' } }),
  'big limits': object({
    body: { type: 'string', maxLength: 65536 },
    ids: { type: 'array', items: whole, maxItems: 10000, uniqueItems: true },
  }),
  'draft 4 exclusive limits': object({
    ratio: {
      type: 'number',
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      exclusiveMaximum: false,
    },
  }),
  'zod exclusive limits': object({
    limit: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
  }),
  'draft 7 tuple': object({
    range: {
      type: 'array',
      items: [whole, whole],
      additionalItems: false,
      minItems: 2,
      maxItems: 2,
    },
  }),
  'draft 2020 tuple': object({
    point: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], items: false },
  }),
  'required as a switch': object({
    query: { type: 'string', required: true },
    page: { type: 'integer', required: false },
  }),
  'required that does not exist': object({ a: text }, ['a', 'ghost']),
  'OData names': object({ $filter: text, '@odata.type': text, top: whole }, ['$filter']),
  'headers as names': object({ 'X-Trace-Id': text, 'content type': text, 'ns:tag': text }),
  'enum of numbers': object({ priority: { type: 'integer', enum: [0, 1, 2, 3, 4] } }),
  'enum with an empty text': object({ sort: { type: 'string', enum: ['', 'asc', 'desc'] } }),
  'enum with null': object({ state: { type: ['string', 'null'], enum: ['open', null] } }),
  'const alone': object({ kind: { const: 'point' }, flag: { const: true } }, ['kind']),
  'properties named like keywords': object(
    {
      type: text,
      properties: object({ items: text }),
      required: { type: 'boolean' },
      enum: { type: 'array', items: text },
      pattern: text,
    },
    ['type', 'pattern'],
  ),
  'true as a schema': object({ anything: true, nothing: {} }),
  'a comment and vendor words': object(
    { a: { ...text, 'x-order': 1, $comment: 'c', examples: ['e'], deprecated: true } },
    ['a'],
    { 'x-google': 1 },
  ),
  'a strict tool': object(
    {
      a: text,
      b: { type: ['string', 'null'] },
      c: { type: 'array', items: object({ d: whole }, ['d'], closed) },
    },
    ['a', 'b', 'c'],
    closed,
  ),
  'deep choices': object({
    query: {
      oneOf: [
        text,
        {
          anyOf: [
            { type: 'array', items: text },
            { oneOf: [object({ all: { allOf: [text, { minLength: 1 }] } })] },
          ],
        },
      ],
    },
  }),
};
