import { ValidateBy, type ValidationArguments } from 'class-validator';
import { describeValue, told } from '../../common/describe-value.js';

/** These are class-validator rules of the envelope. The name of a rule is the error code, its message OpenAI's wording. */

function rule(
  name: string,
  validate: (value: unknown) => boolean,
  message: (property: string, value: unknown) => string,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate,
      defaultMessage: (args?: ValidationArguments) =>
        message(args?.property ?? '', args?.value as unknown),
    },
  });
}

function typed(expected: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return rule(
    'invalid_type',
    validate,
    (property, value) =>
      `Invalid type for '${property}': expected ${expected}, but got ${describeValue(value)} instead.`,
  );
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}

const isString = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const Flag = (): PropertyDecorator =>
  typed('a boolean', (value) => typeof value === 'boolean');
export const Dictionary = (): PropertyDecorator => typed('an object', isObject);
export const List = (): PropertyDecorator => typed('an array', Array.isArray);
export const StringOrList = (): PropertyDecorator =>
  typed('a string or an array', (value) => isString(value) || Array.isArray(value));
export const StringOrObject = (): PropertyDecorator =>
  typed('a string or an object', (value) => isString(value) || isObject(value));

export function Text(maximum?: number): PropertyDecorator {
  const string = typed('a string', isString);
  if (maximum === undefined) return string;
  return all(
    string,
    rule(
      'string_above_max_length',
      (value) => typeof value !== 'string' || value.length <= maximum,
      (property, value) =>
        `Invalid '${property}': string too long. Expected a string with maximum length ${maximum}, ` +
        `but got a string with length ${String(value).length} instead.`,
    ),
  );
}

export function Decimal(minimum: number, maximum: number): PropertyDecorator {
  return all(typed('a number', isNumber), atLeast('decimal', minimum), atMost('decimal', maximum));
}

export function Integer(
  minimum = Number.MIN_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
): PropertyDecorator {
  return all(
    typed('an integer', Number.isInteger),
    atLeast('integer', minimum),
    atMost('integer', maximum),
  );
}

function atLeast(kind: string, minimum: number): PropertyDecorator {
  return rule(
    `${kind}_below_min_value`,
    (value) => typeof value !== 'number' || value >= minimum,
    (property, value) =>
      `Invalid '${property}': ${kind} below minimum value. Expected a value >= ${minimum}, but got ${String(value)} instead.`,
  );
}

function atMost(kind: string, maximum: number): PropertyDecorator {
  return rule(
    `${kind}_above_max_value`,
    (value) => typeof value !== 'number' || value <= maximum,
    (property, value) =>
      `Invalid '${property}': ${kind} above maximum value. Expected a value <= ${maximum}, but got ${String(value)} instead.`,
  );
}

export function OneOf(...values: string[]): PropertyDecorator {
  return all(
    typed('a string', isString),
    rule(
      'invalid_value',
      (value) => typeof value !== 'string' || values.includes(value),
      (_property, value) =>
        `Invalid value: '${told(value)}'. Supported values are: ${values.map((name) => `'${name}'`).join(', ')}.`,
    ),
  );
}
