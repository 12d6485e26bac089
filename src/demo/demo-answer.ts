import { told } from '../common/describe-value.js';
import { asArray, isRecord, type JsonRecord } from '../common/json.js';
import { valueFromSchema } from './value-from-schema.js';

/** Stands for a model in the demo, by rules on the last message. */
export interface DemoAnswer {
  reasoning: string;
  text: string;
  calls: { id: string; name: string; arguments: string }[];
}

interface DemoTool {
  name: string;
  parameters: unknown;
}

/** Makes an answer. `request` is the body of a chat completions call; the same request gets the same answer. */
export function demoAnswer(request: JsonRecord): DemoAnswer {
  const messages = asArray(request.messages).filter(isRecord);
  const last = messages.at(-1) ?? {};
  const text = textOf(last.content);
  const answer = { reasoning: reasoningFor(request, text), text: '', calls: [] };
  if (last.role === 'tool') {
    return { ...answer, text: `The tool answered: ${told(text)}\nThat settles it.` };
  }
  const called = chooseTools(request, text);
  if (called.length > 0) {
    const calls = called.map(({ name, parameters }, index) => ({
      id: `call_demo_${messages.length}_${index}`,
      name,
      arguments: JSON.stringify(valueFromSchema(parameters ?? {}, text) ?? {}),
    }));
    return { ...answer, calls };
  }
  return { ...answer, text: structured(request, text) ?? plainText(last.content, text) };
}

function reasoningFor(request: JsonRecord, text: string): string {
  if (request.reasoning_effort === 'none') return '';
  return `The user wrote ${text.length} characters. A short answer will do.`;
}

/** Chooses a forced tool, else every tool of whose name a word stands in the text. */
function chooseTools(request: JsonRecord, text: string): DemoTool[] {
  const tools = asArray(request.tools).flatMap(readTool);
  const choice = request.tool_choice;
  if (choice === 'none' || tools.length === 0) return [];
  if (isRecord(choice) && isRecord(choice.function)) {
    const { name } = choice.function;
    return tools.filter((tool) => tool.name === name).slice(0, 1);
  }
  const mentioned = tools.filter(({ name }) => isMentioned(name, text));
  if (mentioned.length === 0) return choice === 'required' ? tools.slice(0, 1) : [];
  return request.parallel_tool_calls === false ? mentioned.slice(0, 1) : mentioned;
}

function readTool(tool: unknown): DemoTool[] {
  const declared = isRecord(tool) && isRecord(tool.function) ? tool.function : {};
  return typeof declared.name === 'string'
    ? [{ name: declared.name, parameters: declared.parameters }]
    : [];
}

function isMentioned(toolName: string, text: string): boolean {
  const words = toolName.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
  const said = text.toLowerCase();
  return words.some((word) => word.length > 3 && said.includes(word));
}

function structured(request: JsonRecord, text: string): string | undefined {
  const format = request.response_format;
  if (!isRecord(format)) return undefined;
  if (format.type === 'json_object') return JSON.stringify({ answer: 'demo' });
  if (format.type !== 'json_schema' || !isRecord(format.json_schema)) return undefined;
  return JSON.stringify(valueFromSchema(format.json_schema.schema, text));
}

function plainText(content: unknown, text: string): string {
  const parts = asArray(content).filter(isRecord);
  const images = parts.filter(({ type }) => type === 'image_url').length;
  if (images > 0) return `I was shown ${images} image${images === 1 ? '' : 's'}, but I am a demo.`;
  return `Hello from the demo backend! No model was asked. You said: ${told(text)}`;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .filter(isRecord)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n');
}
