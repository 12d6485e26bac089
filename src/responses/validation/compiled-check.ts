import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { ApiError } from '../../common/api-error.js';
import { invalidRequest } from '../../common/error-table.js';
import { invalidType, missingParameter, unsupportedValue } from '../../common/field-errors.js';

const ajv = new Ajv({ allErrors: false, strict: false, verbose: true });

/**
 * Checks a value that stands at `param` in the request.
 * @throws ApiError 400 that names the field inside it.
 */
export type Check = (value: unknown, param: string) => void;

export function compileCheck(schema: object): Check {
  const validate: ValidateFunction = ajv.compile(schema);
  return (value, param) => {
    if (validate(value)) return;
    const [error] = validate.errors ?? [];
    if (error !== undefined) throw toApiError(error, param);
  };
}

export function compileChecks(
  schemas: Readonly<Record<string, object>>,
): ReadonlyMap<string, Check> {
  return new Map(Object.entries(schemas).map(([type, schema]) => [type, compileCheck(schema)]));
}

function toApiError(error: ErrorObject, param: string): ApiError {
  const path = joinPath(param, toPath(error.instancePath));
  switch (error.keyword) {
    case 'required': {
      const { missingProperty } = error.params as { missingProperty: string };
      return missingParameter(joinPath(path, missingProperty));
    }
    case 'type':
      return invalidType(
        path,
        expectedTypes(error.params as { type: string | string[] }),
        error.data,
      );
    case 'enum': {
      const { allowedValues } = error.params as { allowedValues: (string | null)[] };
      // Null means absent, and is no value to choose.
      const values = allowedValues.filter((value) => value !== null);
      return unsupportedValue(path, error.data, values);
    }
    default:
      return invalidRequest(`Invalid '${path}': ${error.message ?? 'wrong value'}.`, path);
  }
}

/** Makes `content[0].text` of `/content/0/text`. */
function toPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

function joinPath(head: string, tail: string): string {
  if (head === '' || tail === '') return head + tail;
  return tail.startsWith('[') ? head + tail : `${head}.${tail}`;
}

function expectedTypes({ type }: { type: string | string[] }): string {
  return [type]
    .flat()
    .filter((name) => name !== 'null')
    .map((name) => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`))
    .join(' or ');
}
