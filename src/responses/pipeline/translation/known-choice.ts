import { isRecord, nonEmptyText, type JsonRecord } from '../../../common/json.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { allowedOf } from '../../translator/request/native/native-tools.js';

/**
 * Gives a request as it can be judged before servers have told their tools: a choice that may be one of those says nothing yet,
 * and is left out.
 */
export function withKnownChoice(request: CreateResponseBody): CreateResponseBody {
  const { tool_choice: choice, tools } = request;
  const isKnown = isRecord(choice) && isOfRequest(choice, tools ?? []);
  return isKnown ? request : { ...request, tool_choice: null };
}

function isOfRequest(choice: JsonRecord, tools: readonly object[]): boolean {
  const { type } = choice;
  if (type === 'allowed_tools')
    return allowedOf(choice).every((one) => isRecord(one) && isOfRequest(one, tools));
  const nested = choice[String(type)];
  const name = nameOf(isRecord(nested) ? nested : choice);
  const isNamed = (tool: object): boolean =>
    [tool, ...(Object.values(tool) as unknown[])].some((one) => nameOf(one) === name);
  return type !== 'mcp' && (name === undefined || tools.some(isNamed));
}

function nameOf(value: unknown): string | undefined {
  return isRecord(value) ? nonEmptyText(value.name) : undefined;
}
