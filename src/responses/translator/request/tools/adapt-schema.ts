import { invalidRequest } from '../../../../common/error-table.js';
import { asArray, isRecord, type JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { withDescriptions } from './described-words.js';
import { inGeminisWords } from './gemini-words.js';
import { inLlamaCppsWords } from './llamacpp-words.js';
import { inMoonshotsWords } from './moonshot-words.js';

export interface AdaptedSchema {
  schema: JsonRecord;
  /** Keywords that had to go although they say something. */
  dropped: readonly string[];
}

interface SchemaOptions {
  dialect: BackendDialect['schemaDialect'];
  /** The schema's path in the request. */
  param: string | null;
}

/** A schema whose references point at each other a few times grows without end. */
const limits = { nodes: 20_000, depth: 64 };

/** Say nothing about which values are right. */
const silentKeywords = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'examples',
]);

/** Source: Gemini's documentation of structured output. */
const geminiKeywords = new Set([
  ...['type', 'format', 'description', 'nullable', 'enum', 'items', 'prefixItems', 'anyOf'],
  ...['minItems', 'maxItems', 'properties', 'required', 'propertyOrdering', 'minProperties'],
  ...['maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default'],
]);
const geminiFormats = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);

/** A JSON schema as the backend's grammar compiler takes it. The same schema always comes out the same. */
export function adaptSchema(schema: JsonRecord, options: SchemaOptions): AdaptedSchema {
  if (options.dialect === 'full') return { schema, dropped: [] };
  const adapter = new SchemaAdapter(schema, options);
  return { schema: adapter.adapt(), dropped: [...adapter.dropped].sort() };
}

/** Backends and grammar compilers refuse a function whose arguments are not an object at the root. */
export function withObjectRoot(
  schema: JsonRecord,
  dialect: BackendDialect['schemaDialect'],
): JsonRecord {
  if (dialect === 'moonshot' && schema.anyOf !== undefined) return branchesAsOne(schema);
  return schema.type === 'object' ? schema : { ...schema, type: 'object' };
}

/** Moonshot wants `object` at the root and takes no type beside a choice: the branches' properties become one object's. */
function branchesAsOne({ anyOf, ...schema }: JsonRecord): JsonRecord {
  const branches = asArray(anyOf).filter((branch) => isRecord(branch) && branch.type !== 'null');
  const records = branches.filter(isRecord);
  const properties = records.map((branch) =>
    isRecord(branch.properties) ? branch.properties : {},
  );
  const required = records
    .map((branch) => asArray(branch.required))
    .reduce(
      (common, names) => common.filter((name) => names.includes(name)),
      asArray(records[0]?.required),
    );
  return {
    ...schema,
    type: 'object',
    properties: Object.assign({}, schema.properties, ...properties) as JsonRecord,
    ...(required.length > 0 ? { required } : {}),
  };
}

class SchemaAdapter {
  readonly dropped = new Set<string>();
  private nodes = 0;

  constructor(
    private readonly root: JsonRecord,
    private readonly options: SchemaOptions,
  ) {}

  adapt(): JsonRecord {
    return this.convert(this.root, []);
  }

  /** `open`: the references that led here, so that a schema that contains itself ends. */
  private convert(schema: JsonRecord, open: readonly string[]): JsonRecord {
    if (++this.nodes > limits.nodes || open.length > limits.depth) {
      throw invalidRequest('The JSON schema is too large or too deep.', this.options.param);
    }
    const { $ref: reference, ...rest } = schema;
    if (this.keepsReferences) return this.convertKeywords(schema, open);
    if (typeof reference !== 'string') return this.convertKeywords(rest, open);
    const target = open.includes(reference) ? undefined : this.find(reference);
    if (target === undefined) {
      // Any value: a grammar without end cannot be inlined.
      this.dropped.add('$ref');
      return this.convertKeywords(rest, open);
    }
    return this.convert({ ...target, ...rest }, [...open, reference]);
  }

  private find(reference: string): JsonRecord | undefined {
    if (!reference.startsWith('#')) return undefined;
    let target: unknown = this.root;
    for (const step of reference.slice(1).split('/').filter(Boolean)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      target = isRecord(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    }
    return isRecord(target) ? target : undefined;
  }

  private convertKeywords(schema: JsonRecord, open: readonly string[]): JsonRecord {
    const converted: JsonRecord = {};
    const source = words[this.options.dialect](schema);
    this.noteLost(schema, source);
    for (const [keyword, value] of Object.entries(source)) {
      if (!this.keepsReferences && (keyword === '$defs' || keyword === 'definitions')) continue;
      if (this.options.dialect === 'gemini' && !isForGemini(keyword, value)) {
        if (!silentKeywords.has(keyword) && !isHarmless(keyword, value)) this.dropped.add(keyword);
        continue;
      }
      converted[keyword] = this.convertValue(keyword, value, open);
    }
    return converted;
  }

  private convertValue(keyword: string, value: unknown, open: readonly string[]): unknown {
    switch (keyword) {
      case 'properties':
      case 'patternProperties':
      case '$defs':
      case 'definitions':
        if (!isRecord(value)) return value;
        return Object.fromEntries(
          Object.entries(value).map(([name, child]) => [name, this.child(child, open)]),
        );
      case 'items':
      case 'additionalProperties':
      case 'prefixItems':
      case 'anyOf':
      case 'oneOf':
      case 'allOf':
      case 'not':
        return Array.isArray(value)
          ? value.map((child: unknown) => this.child(child, open))
          : this.child(value, open);
      default:
        return value;
    }
  }

  /** Readers of these flavours resolve references themselves, also of a schema that contains itself. */
  private get keepsReferences(): boolean {
    return ['moonshot', 'llamacpp', 'described'].includes(this.options.dialect);
  }

  /** Gemini's keywords are told where they are left out. */
  private noteLost(before: JsonRecord, after: JsonRecord): void {
    if (this.options.dialect !== 'llamacpp') return;
    for (const keyword of Object.keys(before)) if (!(keyword in after)) this.dropped.add(keyword);
  }

  private child(value: unknown, open: readonly string[]): unknown {
    return isRecord(value) ? this.convert(value, open) : value;
  }
}

const asIs = (schema: JsonRecord): JsonRecord => schema;

/** One level of a schema in the words of its reader. */
const words: Readonly<Record<BackendDialect['schemaDialect'], typeof asIs>> = {
  full: asIs,
  inlined: asIs,
  gemini: inGeminisWords,
  moonshot: inMoonshotsWords,
  llamacpp: inLlamaCppsWords,
  described: withDescriptions,
};

function isForGemini(keyword: string, value: unknown): boolean {
  if (keyword === 'format') return typeof value === 'string' && geminiFormats.has(value);
  if (keyword === 'enum') return Array.isArray(value) && value.every(isName);
  return geminiKeywords.has(keyword);
}

/** Gemini lists texts alone, and no empty ones. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** SDKs close every object; nothing is lost where the model goes by the schema anyway. */
function isHarmless(keyword: string, value: unknown): boolean {
  return keyword === 'additionalProperties' && value === false;
}
