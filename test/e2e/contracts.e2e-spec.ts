import { describe, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import { Observable } from 'rxjs';
import type {
  CallerResolver,
  ChatBackend,
  ChatChunk,
  ChatRequest,
  HookContext,
} from '../../src/index.js';
import { definePlugin, type ResponseEvent } from '../../src/index.js';
import { CustomToolAdapter } from '../../src/responses/translator/tools/custom/custom-tool.adapter.js';
import { FunctionToolAdapter } from '../../src/responses/translator/tools/function/function-tool.adapter.js';
import {
  callerContract,
  chatBackendContract,
  dialectContract,
  familyContract,
  hookContract,
  toolAdapterContract,
  toolExecutorContract,
  webSearchProviderContract,
  type ContractCheck,
} from '../../src/testing.js';

/** Holds parts of the service, and such as a team would write, to the contracts that `responses-proxy/testing` gives. */

class EchoBackend implements ChatBackend {
  stream(request: ChatRequest): Observable<ChatChunk[]> {
    return new Observable((subscriber) => {
      const content = JSON.stringify(request.messages.at(-1)?.content);
      subscriber.next([{ choices: [{ index: 0, delta: { content } }] }]);
      subscriber.next([{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }]);
      subscriber.complete();
    });
  }
}

const held = new WeakMap<HookContext, ResponseEvent[]>();
const { hooks = [] } = definePlugin({
  name: 'team',
  hooks: [
    {
      onEvents: (events) =>
        events.map((event) =>
          event.type === 'response.output_text.delta'
            ? { ...event, delta: event.delta.toUpperCase() }
            : event,
        ),
    },
    {
      order: 1,
      onEvents: async (events, context) => {
        const kept = [...(held.get(context) ?? []), ...events];
        await Promise.resolve();
        const isOver = kept.some(({ type }) => /^response\.(completed|incomplete)$/.test(type));
        held.set(context, isOver ? [] : kept);
        return isOver ? kept : [];
      },
    },
  ],
});

const fileSearch = {
  toolTypes: ['file_search'],
  open: () => ({
    adapters: [
      {
        toolType: 'file_search',
        itemIdPrefix: 'fs',
        runsHere: true,
        declare: () => [
          {
            identity: { type: 'file_search', name: 'file_search' },
            function: { name: 'file_search' },
          },
        ],
        openCall: ({ itemId }: { itemId: string }) => ({
          item: (status: string) => ({
            type: 'file_search_call',
            id: itemId,
            queries: [],
            results: null,
            status,
          }),
          push: () => [],
          finish: () => [],
        }),
      },
    ],
    run: ({ item }: { item: object }) =>
      Promise.resolve({
        item: { ...item, status: 'completed' },
        output: { text: 'found', attachments: [] },
      }),
  }),
};

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** It answers later, as one that asks a server would. */
const teamCaller: CallerResolver = {
  async identify({ headers }) {
    await Promise.resolve();
    const token = String(headers['x-team-token'] ?? headers.authorization).replace('Bearer ', '');
    const [, team] = /^token-of-([ab])$/.exec(token) ?? [];
    if (team === undefined) throw new UnauthorizedException('Who are you?');
    return { id: team, name: `team-${team}` };
  },
};

const engine = {
  searchFor: () =>
    Promise.resolve([{ url: 'https://moon.example/', title: 'The moon', snippet: 'It is grey.' }]),
};

const family = {
  name: 'acme-thinker',
  pattern: /^acme-thinker/,
  source: 'the team',
  model: { images: 'none' as const },
};

const contracts: [string, ContractCheck[]][] = [
  [
    'the adapter of functions',
    toolAdapterContract({
      adapter: new FunctionToolAdapter(),
      tool: { type: 'function', name: 'run it', parameters: { type: 'object' }, strict: null },
      arguments: '{"command":"ls"}',
    }),
  ],
  [
    'the adapter of custom tools',
    toolAdapterContract({
      adapter: new CustomToolAdapter(),
      tool: { type: 'custom', name: 'write', description: 'Writes.' },
      arguments: '{"input":"two\\nlines"}',
    }),
  ],
  [
    'an executor',
    toolExecutorContract({
      executor: fileSearch as never,
      tools: [{ type: 'file_search', vector_store_ids: ['vs'] }],
      arguments: '{"queries":["moon"]}',
    }),
  ],
  [
    'keys that go to the backend',
    callerContract({
      callers: [bearer('sk-one-0123456789'), bearer('sk-other-0123456789')],
      strangers: [],
      forwardsCredentials: true,
    }),
  ],
  [
    'keys of the proxy',
    callerContract({
      settings: { PROXY_API_KEYS: 'first-key-0123456789,second-key-0123456789' },
      callers: [bearer('first-key-0123456789'), { 'x-api-key': 'second-key-0123456789' }],
      strangers: [{}, bearer('first-key'), bearer('another-key-0123456789')],
    }),
  ],
  [
    'a caller of a team',
    callerContract({
      caller: teamCaller,
      callers: [{ 'x-team-token': 'token-of-a' }, bearer('token-of-b')],
      strangers: [{}, { 'x-team-token': 'token-of-nobody' }],
    }),
  ],
  ['a search engine', webSearchProviderContract({ provider: engine, query: 'moon' })],
  ['hooks', hookContract({ hooks })],
  ['a backend', chatBackendContract({ chatBackend: EchoBackend, model: 'demo' })],
  [
    'a dialect',
    dialectContract({
      name: 'acme',
      base: 'vllm',
      hosts: ['acme.example', 'inference.*.acme.cloud'],
    }),
  ],
  [
    'a family',
    familyContract({ family, models: ['acme/Acme-Thinker-7B-FP8'], others: ['acme-7b'] }),
  ],
];

describe.each(contracts)('%s', (_name, contract) => {
  for (const check of contract) it(check.name, check.run);
});
