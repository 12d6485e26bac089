import assert from 'node:assert/strict';
import type { ResponseTool } from '../contracts/responses/tools.js';
import type { Part } from '../plugins/plugin.js';
import type { ToolExecutor } from '../responses/pipeline/executors/tool-executor.port.js';
import { assertSame } from './assert-same.js';
import type { ContractCheck } from './contract-check.js';
import { callAnswer, responseOf, TestService, textAnswer } from './test-service.js';

export interface ToolExecutorUnderTest {
  executor: Part<ToolExecutor>;
  /** The tools of a request, as a client sends them. */
  tools: readonly ResponseTool[];
  /** What a model would call the first function with, as JSON. */
  arguments: string;
}

/** Gives the rules for tools that the service runs itself. */
export function toolExecutorContract(subject: ToolExecutorUnderTest): ContractCheck[] {
  const { executor, tools, arguments: given } = subject;
  const use = (check: (service: TestService) => Promise<void>): (() => Promise<void>) => {
    const plugins = [{ name: 'contract', toolExecutors: [executor] }];
    return () => TestService.with({ plugins }, check);
  };
  return [
    {
      name: 'runs a call and hands its outcome to the model',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        service.enqueue(callAnswer(name, given), textAnswer('So it is.'));
        const response = responseOf(await service.stream({ tools }));
        assert.equal(response.status, 'completed');
        assert.ok(response.output.length > 1, 'The call is no item of the output.');
        assert.equal(response.output.at(-1)?.type, 'message');
        const unfinished = response.output.filter(
          (item) => 'status' in item && item.status === 'in_progress',
        );
        assertSame(unfinished, []);
        const messages = service.asked.at(-1)?.messages as { role: string; content: unknown }[];
        const result = messages.find(({ role }) => role === 'tool');
        assert.ok(result !== undefined, 'The outcome did not reach the model.');
      }),
    },
    {
      name: 'takes back the items that it gave out',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        service.enqueue(callAnswer(name, given), textAnswer('So it is.'));
        const { output } = await service.create({ tools });
        const user = { role: 'user', content: 'Hi' };
        const again = await service.create({ tools, input: [user, ...output, user] });
        assert.equal(again.status, 'completed');
      }),
    },
    {
      name: 'does not end the response over arguments that are wrong',
      run: use(async (service) => {
        const name = await nameOf(service, tools);
        for (const wrong of ['[]', '{"no":{"such":"field"}}', '{']) {
          service.enqueue(callAnswer(name, wrong), textAnswer('I see.'));
          const response = responseOf(await service.stream({ tools }));
          assert.notEqual(response.status, 'failed', `The response failed over ${wrong}`);
        }
      }),
    },
    {
      name: 'leaves answers without a call alone',
      run: use(async (service) => {
        service.enqueue(textAnswer('Plain.'), textAnswer('Plain.'));
        for (const body of [{ tools }, {}]) {
          const { status, output } = await service.create(body);
          assert.equal(status, 'completed');
          assert.equal(output.at(-1)?.type, 'message');
        }
      }),
    },
  ];
}

async function nameOf(service: TestService, tools: readonly ResponseTool[]): Promise<string> {
  await service.create({ tools });
  const declared = (service.asked.at(-1)?.tools ?? []) as { function: { name: string } }[];
  const name = declared[0]?.function.name;
  assert.ok(name !== undefined, 'The model is told of no function.');
  return name;
}
