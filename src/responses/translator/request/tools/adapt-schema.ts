import { invalidRequest } from '../../../../common/error-table.js';
import { isRecord, type JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { fitsStrictMode } from './openai-words.js';
import { flavourOf, hasStrictMode, type SchemaFlavour } from './schema-flavours.js';
import { findReference } from './schema-reference.js';
import { singleAllOf } from './schema-steps.js';

export interface AdaptedSchema {
  schema: JsonRecord;
  /** Names the keywords that had to go although they say something. */
  dropped: readonly string[];
}

export interface StrictlyAdapted extends AdaptedSchema {
  /** Tells whether it goes out in strict mode. */
  strict: boolean;
}

export interface SchemaOptions {
  dialect: BackendDialect['schemaDialect'];
  /** The schema stands at this path of the request; null in the stored history. */
  param: string | null;
  /** Tells that the client asked for strict mode. */
  strict?: boolean;
}

/** A schema whose references point at each other a few times would grow without end. */
const limits = { nodes: 20_000, depth: 64 };

/** These keywords say nothing about which values are right. */
const silentKeywords = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'examples',
]);

/** Gives a JSON schema as the backend's grammar compiler takes it. The same schema always comes out the same. */
export function adaptSchema(schema: JsonRecord, options: SchemaOptions): AdaptedSchema {
  if (options.dialect === 'full') return { schema, dropped: [] };
  const adapter = new SchemaAdapter(schema, options);
  return { schema: adapter.adapt(), dropped: [...adapter.dropped].sort() };
}

/**
 * Does the same for a schema that may be asked for strictly. Where the reader's strict mode cannot hold it, it goes without that
 * mode, as `strict` then says: a refusal would end the session.
 */
export function adaptStrictly(schema: JsonRecord, options: SchemaOptions): StrictlyAdapted {
  const strict = options.strict === true;
  const adapted = adaptSchema(schema, options);
  const fits = !strict || !hasStrictMode(options.dialect) || fitsStrictMode(adapted.schema);
  if (fits) return { ...adapted, strict };
  return { ...adaptSchema(schema, { ...options, strict: false }), strict: false };
}

/**
 * Warns of what the schema lost.
 * @param what is `schema`, or says whose it is: `schema of 'get_time'`.
 */
export function warnOfAdaptation(
  what: string,
  { dropped, strict }: StrictlyAdapted,
  asked: Pick<SchemaOptions, 'param' | 'strict'>,
  warnings: WarningCollector,
): void {
  if (dropped.length > 0) {
    const message = `The ${what} was sent without ${dropped.join(', ')}.`;
    warnings.add('schema_simplified', asked.param, message);
  }
  if (asked.strict === true && !strict) {
    const message = `Strict mode cannot hold the ${what}: sent with strict false.`;
    warnings.add('field_mapped', asked.param, message);
  }
}

class SchemaAdapter {
  readonly dropped = new Set<string>();
  private readonly flavour: SchemaFlavour;
  private nodes = 0;

  constructor(
    private readonly root: JsonRecord,
    private readonly options: SchemaOptions,
  ) {
    this.flavour = flavourOf(options.dialect, options.strict);
  }

  adapt(): JsonRecord {
    return this.convert(this.root, []);
  }

  /**
   * Converts one level and those below it. `open` holds the references that led here, so that a schema that contains itself ends.
   */
  private convert(schema: JsonRecord, open: readonly string[]): JsonRecord {
    if (++this.nodes > limits.nodes || open.length > limits.depth) {
      throw invalidRequest('The JSON schema is too large or too deep.', this.options.param);
    }
    if (this.flavour.references === 'kept') return this.convertKeywords(schema, open);
    const { $ref: reference, ...rest } = singleAllOf(schema);
    if (typeof reference !== 'string') return this.convertKeywords(rest, open);
    const target = open.includes(reference) ? undefined : findReference(this.root, reference);
    if (target === undefined) {
      // Any value is allowed here, since a grammar without end cannot be inlined.
      this.dropped.add('$ref');
      return this.convertKeywords(rest, open);
    }
    return this.convert({ ...target, ...rest }, [...open, reference]);
  }

  private convertKeywords(schema: JsonRecord, open: readonly string[]): JsonRecord {
    const { words, cut, references, lost } = this.flavour;
    const source = words(schema);
    const taken = cut(source);
    for (const name of lost?.(schema) ?? []) this.dropped.add(name);
    for (const [keyword, value] of Object.entries(source)) {
      if (!(keyword in taken) && !silentKeywords.has(keyword) && !isHarmless(keyword, value)) {
        this.dropped.add(keyword);
      }
    }
    const converted: JsonRecord = {};
    for (const [keyword, value] of Object.entries(taken)) {
      if (references === 'inlined' && (keyword === '$defs' || keyword === 'definitions')) continue;
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

  private child(value: unknown, open: readonly string[]): unknown {
    return isRecord(value) ? this.convert(value, open) : value;
  }
}

/** SDKs close every object, and nothing is lost where the model goes by the schema anyway. */
function isHarmless(keyword: string, value: unknown): boolean {
  return keyword === 'additionalProperties' && value === false;
}
