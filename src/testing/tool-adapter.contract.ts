import assert from 'node:assert/strict';
import type { ResponseTool } from '../contracts/responses/tools.js';
import type { ToolCallAdapter } from '../responses/translator/tools/tool-adapter.port.js';
import { assertSame } from './assert-same.js';
import type { ContractCheck } from './contract-check.js';
import { callAnswer, responseOf, TestService, testChunks, withoutIds } from './test-service.js';

export interface ToolAdapterUnderTest {
  adapter: ToolCallAdapter;
  /** A tool of its type, as a client sends it. */
  tool: ResponseTool;
  /** What a model would call it with, as JSON. */
  arguments: string;
  /** The item in which a client gives the result back, but for its type and call_id; a text in `output` where it is not said. */
  output?: Readonly<Record<string, unknown>>;
}

/** Gives the rules for a type of tool that clients run: what the backend is told, what the client sees, and what it sends back. */
export function toolAdapterContract(subject: ToolAdapterUnderTest): ContractCheck[] {
  const { adapter, tool, arguments: given, output = { output: 'Done.' } } = subject;
  const tools = [tool];
  const use = (check: (service: TestService) => Promise<void>): (() => Promise<void>) => {
    const plugins = [{ name: 'contract', toolAdapters: [adapter] }];
    return () => TestService.with({ plugins }, check);
  };
  return [
    {
      name: 'declares functions with legal names, the same for the same tool',
      run: use(async (service) => {
        const before = structuredClone(tool);
        await service.create({ tools });
        await service.create({ tools });
        assertSame(tool, before, 'The tool was changed.');
        const names = namesIn(service);
        assert.ok(names.length > 0, 'No function was declared.');
        for (const name of names) assert.ok(/^[\w-]{1,64}$/.test(name), name);
        const [first, second] = service.asked.map((body) => body.tools);
        assertSame(second, first);
      }),
    },
    {
      name: 'writes the same call however its arguments are cut',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        const cuts = [[given], given.split(''), given.match(/[^]{1,7}/g) ?? []];
        const outputs: unknown[] = [];
        for (const pieces of cuts) {
          service.enqueue(callAnswer(name, ...pieces), callAnswer(name, ...pieces));
          const streamed = responseOf(await service.stream({ tools }));
          assert.equal(streamed.status, 'completed');
          outputs.push(withoutIds(streamed), withoutIds(await service.create({ tools })));
        }
        for (const other of outputs) assertSame(other, outputs[0]);
        assert.equal((outputs[0] as { type: string }[])[0]?.type, adapter.callItemType);
      }),
    },
    {
      name: 'reads back what it wrote, with its result',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        service.enqueue(callAnswer(name, given));
        const response = await service.create({ tools });
        const [call] = response.output as unknown as { call_id: string }[];
        assert.ok(call?.call_id, 'The call has no call_id.');
        const result = { type: adapter.outputItemType, call_id: call.call_id, ...output };
        const user = { role: 'user', content: 'Hi' };
        await service.create({ tools, input: [user, ...response.output, result] });
        const messages = service.asked.at(-1)?.messages as Record<string, unknown>[];
        const asked = messages.find(({ role }) => role === 'assistant');
        const [told] = (asked?.tool_calls ?? []) as { function: Record<string, string> }[];
        assert.equal(told?.function.name, name);
        assertSame(JSON.parse(told.function.arguments ?? ''), JSON.parse(given));
        assert.ok(
          messages.some(({ role }) => role === 'tool'),
          'The result did not reach the model.',
        );
      }),
    },
    {
      name: 'gives out no call that broke off as one that is done',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        const [role, start, half] = callAnswer(name, given.slice(0, Math.ceil(given.length / 2)));
        service.enqueue([role, start, half, testChunks.finish('length')]);
        const events = await service.stream({ tools });
        assert.equal(responseOf(events).status, 'incomplete');
        const done = events.filter(({ type }) => type === 'response.output_item.done');
        const calls = done.filter((event) => JSON.stringify(event).includes(adapter.callItemType));
        assertSame(calls, []);
      }),
    },
  ];
}

function namesIn(service: TestService): string[] {
  const tools = (service.asked.at(-1)?.tools ?? []) as { function: { name: string } }[];
  return tools.map(({ function: { name } }) => name);
}

/** Finds under which name the backend knows the tool. */
async function nameOf(service: TestService, tools: readonly ResponseTool[]): Promise<string> {
  await service.create({ tools });
  const [name] = namesIn(service);
  assert.ok(name !== undefined, 'No function was declared.');
  return name;
}
