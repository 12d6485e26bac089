import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Describes what each reader of schemas takes, as a schema of schemas: written from the vendors' pages and their refusals, apart
 * from the code that adapts. The root is that of a function's parameters.
 */

type Rule = Record<string, unknown>;

interface Subset {
  /** Holds at every level. */
  rules?: readonly Rule[];
  forbidden?: readonly string[];
  forbiddenAtRoot?: readonly string[];
}

const none = (...names: readonly string[]): Rule => ({
  not: { anyOf: names.map((name) => ({ required: [name] })) },
});
const arraysHaveItems: Rule = {
  if: { properties: { type: { const: 'array' } }, required: ['type'] },
  then: { anyOf: [{ required: ['items'] }, { required: ['prefixItems'] }] },
};
const choices = ['anyOf', 'oneOf', 'allOf'];
const conditions = ['not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas'];
const level = { $ref: '#/$defs/level' };

export const schemaSubsets = {
  openai: compile({
    rules: [arraysHaveItems],
    forbiddenAtRoot: [...choices, 'enum', 'not', 'const'],
  }),
  gemini: compile({
    rules: [
      arraysHaveItems,
      {
        properties: { type: { type: 'string' }, enum: { items: { type: 'string', minLength: 1 } } },
      },
      {
        properties: {
          format: { enum: ['enum', 'date-time', 'int32', 'int64', 'float', 'double'] },
        },
      },
    ],
    forbidden: [
      ...choices.slice(1),
      ...conditions,
      'const',
      '$ref',
      '$defs',
      'additionalProperties',
    ],
  }),
  moonshot: compile({
    rules: [{ if: { required: ['anyOf'] }, then: none('type') }],
    forbidden: ['oneOf', 'const'],
    forbiddenAtRoot: choices,
  }),
  llamacpp: compile({
    rules: [
      {
        properties: {
          pattern: { pattern: '^\\^.*\\$$', not: { pattern: '\\\\[A-Za-z0-9]|\\(\\?' } },
        },
      },
      {
        properties: Object.fromEntries(
          ['minLength', 'maxLength', 'minItems', 'maxItems'].map((name) => [
            name,
            { maximum: 2000 },
          ]),
        ),
      },
    ],
  }),
  xai: compile({
    rules: [arraysHaveItems],
    forbidden: ['minLength', 'maxLength', 'minItems', 'maxItems', 'allOf', 'oneOf', ...conditions],
  }),
  cerebras: compile({
    rules: [arraysHaveItems],
    forbidden: [
      ...['pattern', 'format', 'minItems', 'maxItems', '$ref', '$defs', 'definitions', 'allOf'],
      ...['oneOf', ...conditions],
    ],
  }),
  anthropic: compile({
    rules: anthropicRules(),
    forbidden: ['$ref', '$defs', 'definitions'],
    forbiddenAtRoot: choices,
  }),
  bedrock: compile({
    rules: anthropicRules(),
    forbidden: ['$ref', '$defs', 'definitions'],
    forbiddenAtRoot: [...choices, 'additionalProperties', 'description', 'title', '$schema'],
  }),
};

/** OpenAI's strict mode takes this, and so does Cerebras', which was made after it. */
export const strictSubset = compile({
  rules: [
    arraysHaveItems,
    { anyOf: ['type', 'anyOf', '$ref', 'enum', 'const'].map((name) => ({ required: [name] })) },
    {
      if: { properties: { type: { const: 'object' } }, required: ['type'] },
      then: {
        properties: { additionalProperties: { const: false } },
        required: ['additionalProperties'],
      },
    },
  ],
  forbidden: [
    ...['allOf', 'oneOf', ...conditions, 'default', 'minLength', 'maxLength', 'patternProperties'],
    ...['propertyNames', 'uniqueItems', 'contains', 'examples', 'nullable', 'prefixItems'],
  ],
  forbiddenAtRoot: choices,
});

function anthropicRules(): Rule[] {
  return [
    { properties: { properties: { propertyNames: { pattern: '^[a-zA-Z0-9_.-]{1,64}$' } } } },
    { properties: { items: { type: ['object', 'boolean'] }, required: { type: 'array' } } },
    { properties: { exclusiveMinimum: { type: 'number' }, exclusiveMaximum: { type: 'number' } } },
  ];
}

function compile({ rules = [], forbidden = [], forbiddenAtRoot = [] }: Subset) {
  const named = { type: 'object', additionalProperties: level };
  const listed = { type: 'array', items: level };
  const rule = {
    type: ['object', 'boolean'],
    properties: {
      ...Object.fromEntries(choices.map((name) => [name, listed])),
      ...{ properties: named, $defs: named, definitions: named, prefixItems: listed },
      items: { anyOf: [level, listed] },
      additionalProperties: level,
    },
    allOf: [...rules, ...(forbidden.length > 0 ? [none(...forbidden)] : [])].map((each) => ({
      if: { type: 'object' },
      then: each,
    })),
  };
  const ajv = new Ajv2020({ strict: false, logger: false });
  return ajv.compile<object>({
    $defs: { level: rule },
    allOf: [level, ...(forbiddenAtRoot.length > 0 ? [none(...forbiddenAtRoot)] : [])],
    properties: { type: { const: 'object' } },
    required: ['type'],
  });
}
