import { valueFromSchema } from './value-from-schema.js';

type Fields = Record<string, unknown>;

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
export function demoAnswer(request: Fields): DemoAnswer {
  const messages = Array.isArray(request.messages) ? request.messages.filter(isFields) : [];
  const last = messages.at(-1) ?? {};
  const text = textOf(last.content);
  const answer = { reasoning: reasoningFor(request, text), text: '', calls: [] };
  if (last.role === 'tool') {
    return { ...answer, text: `The tool answered: ${shorten(text)}\nThat settles it.` };
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

function reasoningFor(request: Fields, text: string): string {
  if (request.reasoning_effort === 'none') return '';
  return `The user wrote ${text.length} characters. A short answer will do.`;
}

/** Chooses a forced tool, else every tool of whose name a word stands in the text. */
function chooseTools(request: Fields, text: string): DemoTool[] {
  const tools = (Array.isArray(request.tools) ? request.tools : []).flatMap(readTool);
  const choice = request.tool_choice;
  if (choice === 'none' || tools.length === 0) return [];
  if (isFields(choice) && isFields(choice.function)) {
    const { name } = choice.function;
    return tools.filter((tool) => tool.name === name).slice(0, 1);
  }
  const mentioned = tools.filter(({ name }) => isMentioned(name, text));
  if (mentioned.length === 0) return choice === 'required' ? tools.slice(0, 1) : [];
  return request.parallel_tool_calls === false ? mentioned.slice(0, 1) : mentioned;
}

function readTool(tool: unknown): DemoTool[] {
  const declared = isFields(tool) && isFields(tool.function) ? tool.function : {};
  return typeof declared.name === 'string'
    ? [{ name: declared.name, parameters: declared.parameters }]
    : [];
}

function isMentioned(toolName: string, text: string): boolean {
  const words = toolName.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
  const said = text.toLowerCase();
  return words.some((word) => word.length > 3 && said.includes(word));
}

function structured(request: Fields, text: string): string | undefined {
  const format = request.response_format;
  if (!isFields(format)) return undefined;
  if (format.type === 'json_object') return JSON.stringify({ answer: 'demo' });
  if (format.type !== 'json_schema' || !isFields(format.json_schema)) return undefined;
  return JSON.stringify(valueFromSchema(format.json_schema.schema, text));
}

function plainText(content: unknown, text: string): string {
  const images = Array.isArray(content)
    ? content.filter((part) => isFields(part) && part.type === 'image_url').length
    : 0;
  if (images > 0) return `I was shown ${images} image${images === 1 ? '' : 's'}, but I am a demo.`;
  return `Hello from the demo backend! No model was asked. You said: ${shorten(text)}`;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isFields)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n');
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
