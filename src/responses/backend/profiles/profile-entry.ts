import { applyDecorators } from '@nestjs/common';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isRecord } from '../../../common/json.js';
import type { ModelPrices } from '../../../common/caller-account.port.js';
import { type BackendDialect, dialectFields } from '../../translator/dialect/dialect.js';
import type { DialectField } from '../../translator/dialect/field-kinds.js';

const Each = { each: true };
const OneOf = (...values: readonly (string | boolean)[]) =>
  applyDecorators(IsOptional(), IsIn(values));
const WholeNumber = (min: number, max: number) =>
  applyDecorators(IsOptional(), IsInt(), Min(min), Max(max));
const Names = () =>
  applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(200),
    Matches(/^[A-Za-z0-9_.-]{1,64}$/, Each),
  );

/** Maps one word to another: `asked: sent`. */
const WordMap = () =>
  applyDecorators(
    IsOptional(),
    ValidateBy({
      name: 'wordMap',
      validator: {
        validate: isWordMap,
        defaultMessage: () => '$property must map words to words',
      },
    }),
  );

const Patterns = () =>
  applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(100),
    ValidateBy(
      {
        name: 'pattern',
        validator: {
          validate: isPattern,
          defaultMessage: () =>
            'each value in $property must be a regular expression of at most 500 characters',
        },
      },
      Each,
    ),
  );

/** Names the model that describes images. */
export interface VisionModel {
  /** A backend of BACKENDS_FILE; without it the routes say where the model is. */
  backend?: string;
  model: string;
}

const Vision = () =>
  applyDecorators(
    IsOptional(),
    ValidateBy({
      name: 'vision',
      validator: {
        validate: isVisionModel,
        defaultMessage: () => '$property must have a model, may have a backend, and nothing else',
      },
    }),
  );

/** What a million tokens cost, in the currency of CALLERS_FILE; cached input costs what other input does where it is not said. */
export interface StatedPrices extends Pick<ModelPrices, 'input' | 'output'> {
  cachedInput?: number;
}

const Prices = () =>
  applyDecorators(
    IsOptional(),
    ValidateBy({
      name: 'prices',
      validator: {
        validate: arePrices,
        defaultMessage: () =>
          '$property must have input and output, may have cachedInput, each from 0 to 1000000, and nothing else',
      },
    }),
  );

/** Holds the fields of an entry that are no field of a dialect, or have another form there. */
export class ProfileRules {
  /** The other fields change this preset. */
  @IsOptional() @IsString() @MaxLength(64) dialect?: string;
  @OneOf('api-key') apiKeyHeader?: 'api-key';
  /** These stand in place of the preset's. */
  @Names() allowedFields?: string[];
  /** These come on top of them. */
  @Names() extraFields?: string[];
  /** These are regular expressions, without regard to case, in place of the known wordings. */
  @Patterns() overflowPatterns?: string[];

  @IsOptional() @IsString() @MaxLength(200) displayName?: string;
  /** Counts tokens. */
  @WholeNumber(1, 1_000_000_000) contextWindow?: number;
  /** A client may choose from these, weakest first. */
  @Names() efforts?: string[];
  /** Describes images for a model that takes none. */
  @Vision() vision?: VisionModel;
  /** For the budgets of callers. */
  @Prices() prices?: StatedPrices;
}

type DialectValues = Pick<BackendDialect, keyof typeof dialectFields>;

/**
 * Holds one entry of BACKEND_PROFILES, for a backend or a model: what it changes of the dialect, in the dialect's own words, and
 * what the model catalogue tells of it.
 */
export interface ProfileEntry extends ProfileRules, Omit<Partial<DialectValues>, 'toolChoice'> {
  toolChoice?: DialectValues['toolChoice'] | boolean;
}

/** `true` and `false` are earlier words for `named` and `none`. */
const earlierWords: Readonly<Record<string, readonly boolean[]>> = { toolChoice: [true, false] };

for (const [name, field] of Object.entries<DialectField>(dialectFields)) {
  ruleOf(field, earlierWords[name] ?? [])(ProfileRules.prototype, name);
}

function ruleOf(field: DialectField, earlier: readonly boolean[]): PropertyDecorator {
  switch (field.kind) {
    case 'choice':
      return OneOf(...field.values, ...earlier);
    case 'list':
      return applyDecorators(IsOptional(), IsArray(), IsIn(field.values, Each));
    case 'number':
      return WholeNumber(field.min, field.max);
    case 'switch':
      return applyDecorators(IsOptional(), IsBoolean());
    case 'words':
      return WordMap();
  }
}

function isWordMap(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(value)
    .flat()
    .every((word) => typeof word === 'string' && word !== '');
}

function isVisionModel(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { model, backend = 'any', ...others } = value;
  const areNames = [model, backend].every(
    (name) => typeof name === 'string' && name !== '' && name.length <= 200,
  );
  return areNames && Object.keys(others).length === 0;
}

function arePrices(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { input, output, cachedInput = 0, ...others } = value;
  const areNumbers = [input, output, cachedInput].every(
    (price) => typeof price === 'number' && price >= 0 && price <= 1_000_000,
  );
  return areNumbers && Object.keys(others).length === 0;
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value.length > 500) return false;
  try {
    new RegExp(value);
    return true;
  } catch {
    return false;
  }
}
