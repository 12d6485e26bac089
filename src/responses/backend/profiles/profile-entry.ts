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
import type { BackendDialect } from '../../translator/dialect.js';
import { dialectNames } from '../dialects/resolve-dialect.js';

/** Wider than the dialect's own types: the rules below hold at boot what the compiler holds in presets. */
type Choice<Field extends keyof BackendDialect> = BackendDialect[Field];

const OneOf = (...values: readonly (string | boolean)[]) =>
  applyDecorators(IsOptional(), IsIn(values));
const Switch = () => applyDecorators(IsOptional(), IsBoolean());
const WholeNumber = (min: number, max: number) =>
  applyDecorators(IsOptional(), IsInt(), Min(min), Max(max));
const Each = { each: true };
const Names = () =>
  applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(200),
    Matches(/^[A-Za-z0-9_.-]{1,64}$/, Each),
  );

/** `asked: sent`, both words. */
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

/**
 * One entry of BACKEND_PROFILES, for a backend or a model: what it changes of the dialect, in the dialect's own
 * words (translator/dialect.ts says what each means), and what the model catalogue tells of it.
 */
export class ProfileEntry {
  /** The preset that the other fields change. */
  @OneOf(...dialectNames) dialect?: string;

  @OneOf('api-key') apiKeyHeader?: Choice<'apiKeyHeader'>;
  @OneOf('max_tokens', 'max_completion_tokens') maxTokensField?: Choice<'maxTokensField'>;
  @OneOf('developer', 'system') developerRole?: Choice<'developerRole'>;
  @OneOf('merge', 'separate') leadingSystem?: Choice<'leadingSystem'>;
  @OneOf('system', 'user') lateSystem?: Choice<'lateSystem'>;
  @OneOf('system', 'user') systemRole?: Choice<'systemRole'>;
  @OneOf('native', 'calls_as_text', 'all_as_text') toolTelling?: Choice<'toolTelling'>;
  @OneOf('hermes', 'granite', 'deepseek', 'functionary', 'python')
  callStyle?: Choice<'callStyle'>;
  @OneOf('shown', 'apart', 'with_output') textBesideCalls?: Choice<'textBesideCalls'>;
  @Switch() oneCallPerTurn?: boolean;
  @Switch() mergeUserMessages?: boolean;
  @Switch() assistantAfterTool?: boolean;
  @OneOf('off', 'tool-turns', 'full') reasoningReplay?: Choice<'reasoningReplay'>;
  @OneOf('leave', 'calls', 'all') missingReasoning?: Choice<'missingReasoning'>;
  @OneOf('think_tags', 'reasoning_content', 'reasoning')
  reasoningReplayField?: Choice<'reasoningReplayField'>;
  @IsOptional()
  @IsArray()
  @IsIn(['reasoning_content', 'reasoning', 'reasoning_details'], Each)
  reasoningFields?: Choice<'reasoningFields'>;
  @OneOf('off', 'tags', 'open') thinkTags?: Choice<'thinkTags'>;
  @Switch() toolCallRescue?: boolean;
  @OneOf('leave', 'retry', 'fail') emptyTurn?: Choice<'emptyTurn'>;
  @OneOf(
    ...['reasoning_effort', 'reasoning', 'chat_template_kwargs', 'thinking'],
    ...['thinking_and_effort', 'enable_thinking', 'none'],
  )
  effortField?: Choice<'effortField'>;
  @OneOf('enable_thinking', 'thinking') thinkingSwitch?: Choice<'thinkingSwitch'>;
  @WordMap() effortMap?: Record<string, string>;
  @Switch() includeUsage?: boolean;
  @OneOf('pass', 'drop') strictTools?: Choice<'strictTools'>;
  @OneOf('full', 'inlined', 'gemini', 'moonshot', 'llamacpp', 'described')
  schemaDialect?: Choice<'schemaDialect'>;
  @OneOf('json_schema', 'json_object', 'prompt') responseFormat?: Choice<'responseFormat'>;
  /** `true` and `false` are earlier words for `named` and `none`. */
  @OneOf('named', 'words', 'auto', 'none', true, false) toolChoice?: Choice<'toolChoice'> | boolean;
  @OneOf('named', 'words', 'auto', 'none') thinkingToolChoice?: Choice<'thinkingToolChoice'>;
  @Switch() parallelToolCalls?: boolean;
  @WholeNumber(16, 256) maxToolNameLength?: number;
  @Switch() toolMessageName?: boolean;
  @OneOf('null', 'empty') contentBesideCalls?: Choice<'contentBesideCalls'>;
  @OneOf('any', 'alphanumeric9') callIdFormat?: Choice<'callIdFormat'>;
  @Switch() reasoningDetails?: boolean;
  @Switch() thoughtSignatures?: boolean;
  @OneOf('url', 'data', 'none') images?: Choice<'images'>;
  @Switch() fileParts?: boolean;
  @OneOf('estimate', 'tokenize', 'input_tokens') tokenCount?: Choice<'tokenCount'>;
  /** In place of the preset's. */
  @Names() allowedFields?: string[];
  /** On top of them. */
  @Names() extraFields?: string[];
  /** Regular expressions, without regard to case, in place of the known wordings. */
  @Patterns() overflowPatterns?: string[];

  @IsOptional() @IsString() @MaxLength(200) displayName?: string;
  /** Tokens. */
  @WholeNumber(1, 1_000_000_000) contextWindow?: number;
  /** That a client may choose from, weakest first. */
  @Names() efforts?: string[];
}

function isWordMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value)
    .flat()
    .every((word) => typeof word === 'string' && word !== '');
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
