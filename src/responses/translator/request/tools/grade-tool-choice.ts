import { asRecord, isRecord } from '../../../../common/json.js';
import type { BackendRequest } from '../../../../contracts/backend-request.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { ToolChoiceGrade } from '../../dialect/tool-fields.js';
import type { WarningCollector } from '../../warning.js';
import type { ConvertedToolChoice } from './convert-tool-choice.js';

/** The grades are ordered from the weakest to the strongest. */
const GRADES: readonly ToolChoiceGrade[] = ['none', 'auto', 'words', 'named'];

/**
 * Gives a tool choice in the strongest form that the backend takes. A named function becomes `required`, of which the other
 * tools' calls are left out; `required` becomes `auto`, which is a warning, since the model may answer with text.
 */
export function gradeToolChoice(
  choice: ConvertedToolChoice,
  request: CreateResponseBody,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): ConvertedToolChoice {
  const { toolChoice, allowedTools } = choice;
  if (toolChoice === undefined) return choice;
  const grade = weaker(
    dialect.toolChoice,
    isThinkingOff(request) ? 'named' : dialect.thinkingToolChoice,
  );
  const allowed =
    typeof toolChoice === 'object' ? new Set([toolChoice.function.name]) : allowedTools;
  const word = typeof toolChoice === 'object' ? 'required' : toolChoice;
  if (grade === 'named' || (grade === 'words' && word === toolChoice)) return choice;
  if (grade === 'words') return { toolChoice: word, allowedTools: allowed };
  if (word === 'required') {
    const message = 'This backend cannot be made to call a tool; the model may answer with text.';
    warnings.add('tool_choice_changed', 'tool_choice', message);
  }
  if (grade === 'none') return { allowedTools: allowed };
  return { toolChoice: word === 'required' ? 'auto' : word, allowedTools: allowed };
}

function weaker(one: ToolChoiceGrade, other: ToolChoiceGrade): ToolChoiceGrade {
  return GRADES.indexOf(one) < GRADES.indexOf(other) ? one : other;
}

/** Tells whether the client has switched thinking off, in any of the ways that it has. */
function isThinkingOff(request: CreateResponseBody): boolean {
  const { thinking, enable_thinking: enabled, chat_template_kwargs: kwargs } = request;
  return (
    (request.reasoning?.effort ?? request.reasoning_effort) === 'none' ||
    (isRecord(thinking) && thinking.type === 'disabled') ||
    enabled === false ||
    (isRecord(kwargs) && (kwargs.enable_thinking === false || kwargs.thinking === false))
  );
}

/** Where the choice must be sent in a weaker form, calls of other tools are left out of the answer. */
export function chosenTool({
  tool_choice: choice,
}: BackendRequest): ReadonlySet<string> | undefined {
  const { type, name, function: nested, custom } = asRecord(choice) ?? {};
  const named = asRecord(nested ?? custom)?.name ?? name;
  const chosen = type === 'function' || type === 'custom' ? named : undefined;
  return typeof chosen === 'string' ? new Set([chosen]) : undefined;
}
