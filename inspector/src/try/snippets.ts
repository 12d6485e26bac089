/** Gives a request as others would send it: for a shell, and with OpenAI's two libraries. The key is theirs to fill in. */
export function snippets(baseUrl: string, body: Readonly<Record<string, unknown>>): Snippet[] {
  const { stream, ...rest } = body;
  return [
    { name: 'curl', text: curl(baseUrl, body) },
    { name: 'Python', text: python(baseUrl, rest, stream === true) },
    { name: 'JavaScript', text: javaScript(baseUrl, rest, stream === true) },
  ];
}

export interface Snippet {
  name: string;
  text: string;
}

function curl(baseUrl: string, body: object): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`);
  return `curl -N ${baseUrl}/responses \\
  -H "authorization: Bearer $API_KEY" \\
  -H 'content-type: application/json' \\
  -d '${json}'`;
}

function python(baseUrl: string, body: object, isStream: boolean): string {
  const fields = Object.entries(body).map(([name, value]) => `    ${name}=${literal(value)},\n`);
  const head = `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ.get("API_KEY", "none"))
`;
  return isStream
    ? `${head}stream = client.responses.create(\n${fields.join('')}    stream=True,\n)\nfor event in stream:\n    print(event)\n`
    : `${head}response = client.responses.create(\n${fields.join('')})\nprint(response.output_text)\n`;
}

/** Writes a JSON value as Python has it. */
function literal(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}: ${literal(field)}`,
  );
  return `{${pairs.join(', ')}}`;
}

function javaScript(baseUrl: string, body: object, isStream: boolean): string {
  const json = JSON.stringify(isStream ? { ...body, stream: true } : body, null, 2);
  const head = `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: process.env.API_KEY ?? 'none' });
`;
  return isStream
    ? `${head}const stream = await client.responses.create(${json});\nfor await (const event of stream) console.log(event);\n`
    : `${head}const response = await client.responses.create(${json});\nconsole.log(response.output_text);\n`;
}
