import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Observable } from 'rxjs';
import { AppModule } from '../../src/app.module.js';
import { addBodyParser } from '../../src/common/body-parser.js';
import { CLOCK, type Clock } from '../../src/common/clock.js';
import { createHttpAdapter } from '../../src/common/http-adapter.js';
import { loadSettings } from '../../src/config/configuration.module.js';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import { asArray } from '../../src/common/json.js';
import type {
  FileSearchCallItem,
  FileSearchResult,
} from '../../src/contracts/responses/hosted-items.js';
import type { InputItem } from '../../src/contracts/responses/items.js';
import type { ResponseResource } from '../../src/contracts/responses/response.js';
import type { ResponseTool } from '../../src/contracts/responses/tools.js';
import { addRequestHooks } from '../../src/logging/request-hooks.js';
import { RequestLogService } from '../../src/logging/request-log.service.js';
import { CHAT_BACKEND, type ChatBackend } from '../../src/responses/backend/chat-backend.port.js';
import { vllmDialect } from '../../src/responses/backend/dialects/engine.dialects.js';
import { BACKEND_DIALECT } from '../../src/responses/backend/dialects/resolve-dialect.js';
import {
  TOOL_EXECUTORS,
  type HostedRequest,
  type ToolExecutor,
  type ToolSession,
} from '../../src/responses/pipeline/executors/tool-executor.port.js';
import { FunctionToolAdapter } from '../../src/responses/translator/tools/function/function-tool.adapter.js';
import {
  TOOL_ADAPTERS,
  type CallContext,
  type CallingTool,
  type CallWriter,
  type HistoryCall,
  type ToolCallAdapter,
  type ToolDeclaration,
} from '../../src/responses/translator/tools/tool-adapter.port.js';
import { WholeCallWriter } from '../../src/responses/translator/tools/whole-call.writer.js';
import { toolAdapters } from '../../src/responses/translator/tools/tool-adapters.js';
import type { BackendDialect } from '../../src/responses/translator/dialect/dialect.js';
import type { WarningCollector } from '../../src/responses/translator/warning.js';
import { codeBlocksOf, readProjectFile } from '../support/documentation.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';

/** Puts the examples of docs/extending.md to work. */

class EchoBackend implements ChatBackend {
  stream(request: ChatRequest): Observable<ChatChunk[]> {
    return new Observable((subscriber) => {
      const content = JSON.stringify(request.messages.at(-1)?.content);
      subscriber.next([{ choices: [{ index: 0, delta: { content } }] }]);
      subscriber.next([{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }]);
      subscriber.complete();
      return () => {
        // This is called when the client leaves, so the work stops here.
      };
    });
  }
}

const acmeDialect: BackendDialect = {
  ...vllmDialect,
  name: 'acme',
  maxTokensField: 'max_completion_tokens',
  effortField: 'none',
  allowedFields: new Set(['temperature', 'top_p', 'max_completion_tokens', 'acme_priority']),
};

class SqlToolAdapter implements ToolCallAdapter {
  readonly toolType = 'acme:sql';
  readonly callItemType = 'function_call';
  readonly outputItemType = 'function_call_output';
  readonly itemIdPrefix = 'fc';
  private readonly functions = new FunctionToolAdapter();

  /** `{"type": "acme:sql", "database": "sales"}` becomes one function. */
  declare(tool: ResponseTool): ToolDeclaration[] {
    const name = `query_${String(tool.database)}`;
    const parameters = {
      type: 'object',
      properties: { sql: { type: 'string' } },
      required: ['sql'],
    };
    return [{ identity: { type: this.toolType, name }, function: { name, parameters } }];
  }

  readCall(item: InputItem, param: string | null, warnings: WarningCollector): HistoryCall {
    return this.functions.readCall(item, param, warnings);
  }

  openCall(context: CallContext): CallWriter {
    return this.functions.openCall(context);
  }
}

class IndexSearchExecutor implements ToolExecutor {
  readonly toolTypes = ['file_search'];

  constructor(private readonly search: (query: string) => Promise<FileSearchResult[]>) {}

  open({ body }: HostedRequest): ToolSession {
    const showsResults = body.include?.includes('file_search_call.results') === true;
    return {
      adapters: [new IndexSearchAdapter()],
      run: async (call) => {
        const item = call.item as FileSearchCallItem;
        const found = (await Promise.all(item.queries.map(this.search))).flat();
        const text = found.map(({ filename, text: part }) => `${filename}:\n${part}`).join('\n\n');
        const at = { item_id: call.itemId, output_index: call.outputIndex };
        return {
          item: { ...item, status: 'completed', results: showsResults ? found : null },
          events: [{ type: 'response.file_search_call.completed', ...at }],
          output: { text: text || 'Nothing was found.', attachments: [] },
        };
      },
    };
  }
}

class IndexSearchAdapter implements CallingTool {
  readonly toolType = 'file_search';
  readonly itemIdPrefix = 'fs';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  declare(): ToolDeclaration[] {
    const queries = { type: 'array', items: { type: 'string' } };
    const parameters = { type: 'object', properties: { queries }, required: ['queries'] };
    const description = 'Searches the files of the user.';
    const name = 'file_search';
    return [{ identity: { type: name, name }, function: { name, description, parameters } }];
  }

  openCall({ itemId, outputIndex }: CallContext): CallWriter {
    const at = { item_id: itemId, output_index: outputIndex };
    return new WholeCallWriter<FileSearchCallItem>(
      ({ queries }) => ({
        type: 'file_search_call',
        id: itemId,
        queries: asArray(queries).map(String),
        results: null,
        status: 'in_progress',
      }),
      () => [
        { type: 'response.file_search_call.in_progress', ...at },
        { type: 'response.file_search_call.searching', ...at },
      ],
    );
  }
}

describe('docs/extending.md', () => {
  let app: NestFastifyApplication | undefined;
  let scripted: ScriptedBackend | undefined;

  afterEach(async () => {
    await app?.close();
    await scripted?.close();
    app = scripted = undefined;
  });

  async function start(
    extend: (builder: TestingModuleBuilder) => TestingModuleBuilder,
  ): Promise<void> {
    scripted = await ScriptedBackend.start();
    const settings = await loadSettings({ BACKEND_URL: scripted.url, LOG_LEVEL: 'silent' });
    const builder = Test.createTestingModule({ imports: [AppModule.register({ settings })] });
    const module = await extend(builder).compile();
    app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(settings), {
      bodyParser: false,
      logger: false,
    });
    const server = app.getHttpAdapter().getInstance();
    addRequestHooks(server, app.get(RequestLogService), app.get<Clock>(CLOCK));
    addBodyParser(server, settings.limits);
    await app.listen({ host: '127.0.0.1', port: 0 });
  }

  async function create(body: object): Promise<ResponseResource> {
    const reply = await fetch(`${await running().getUrl()}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo', ...body }),
    });
    expect(reply.status).toBe(200);
    return (await reply.json()) as ResponseResource;
  }

  function running(): NestFastifyApplication {
    if (app === undefined) throw new Error('The service is not running.');
    return app;
  }

  it('an own backend answers', async () => {
    await start((builder) => builder.overrideProvider(CHAT_BACKEND).useValue(new EchoBackend()));
    const { status, output } = await create({ input: 'Hi' });
    expect(status).toBe('completed');
    expect(output).toMatchObject([{ type: 'message', content: [{ text: '"Hi"' }] }]);
    expect(scripted?.calls).toEqual([]);
  });

  it('an own dialect shapes the backend request', async () => {
    await start((builder) => builder.overrideProvider(BACKEND_DIALECT).useValue(acmeDialect));
    await create({ input: 'Hi', max_output_tokens: 50, acme_priority: 3, seed: 1 });
    const sent = scripted?.lastCall.body;
    expect(sent).toMatchObject({ max_completion_tokens: 50, acme_priority: 3 });
    expect(sent).not.toHaveProperty('max_tokens');
    expect(sent).not.toHaveProperty('seed');
  });

  it('an own tool type goes both ways', async () => {
    const adapters = [...toolAdapters, new SqlToolAdapter()];
    await start((builder) => builder.overrideProvider(TOOL_ADAPTERS).useValue(adapters));
    const chunks = new ChatChunks('demo');
    scripted?.enqueue(
      streamOf(
        chunks.callStart(0, { id: 'call_1', name: 'query_sales', arguments: '{"sql":' }),
        chunks.callArguments(0, '"select 1"}'),
        chunks.finish('tool_calls'),
      ),
    );
    const tools = [{ type: 'acme:sql', database: 'sales' }];
    const { output, tools: echoed } = await create({ input: 'Count', tools });
    expect(echoed).toEqual(tools);
    expect(scripted?.lastCall.body).toMatchObject({
      tools: [{ function: { name: 'query_sales' } }],
    });
    expect(output).toMatchObject([
      {
        type: 'function_call',
        call_id: 'call_1',
        name: 'query_sales',
        arguments: '{"sql":"select 1"}',
      },
    ]);

    const result = { type: 'function_call_output', call_id: 'call_1', output: '[[1]]' };
    await create({ input: [{ role: 'user', content: 'Count' }, ...output, result], tools });
    expect(scripted?.lastCall.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'query_sales' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: '[[1]]' },
      ],
    });
  });

  it('an own executor runs a tool', async () => {
    const result = { file_id: 'file_1', filename: 'moon.md', score: 0.9, text: 'It is grey.' };
    const executor = new IndexSearchExecutor(() => Promise.resolve([result]));
    await start((builder) => builder.overrideProvider(TOOL_EXECUTORS).useValue([executor]));
    const chunks = new ChatChunks('demo');
    const call = { id: 'c', name: 'file_search', arguments: '{"queries":["moon"]}' };
    scripted?.enqueue(
      streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')),
      streamOf(chunks.text('Grey.'), chunks.finish('stop')),
    );
    const { output } = await create({
      input: 'Which colour?',
      tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }],
      include: ['file_search_call.results'],
    });
    expect(output).toMatchObject([
      { type: 'file_search_call', queries: ['moon'], status: 'completed', results: [result] },
      { type: 'message', content: [{ text: 'Grey.' }] },
    ]);
    expect(scripted?.lastCall.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ function: { name: 'file_search' } }] },
        { role: 'tool', content: 'moon.md:\nIt is grey.' },
      ],
    });
  });

  it('the examples are those of the pages', () => {
    const spec = readProjectFile('test/e2e/extending.e2e-spec.ts');
    const pages = readProjectFile('docs/extending.md') + readProjectFile('docs/tools.md');
    const examples = codeBlocksOf(pages, 'ts').filter((block) => /^(class|const)/.test(block));
    expect(examples).toHaveLength(4);
    for (const example of examples) expect(spec).toContain(example);
  });

  it('what the page says to change in a file is what stands there, and one line more', () => {
    const changes = codeBlocksOf(readProjectFile('docs/extending.md'), 'ts').flatMap((block) => {
      const [, path, change] = /^\/\/ (src\/\S+\.ts)\n([^]+)$/.exec(block) ?? [];
      return path === undefined || change === undefined ? [] : [{ path, change }];
    });
    expect(changes).toHaveLength(2);
    for (const { path, change } of changes) {
      const file = readProjectFile(path);
      const kept = change.split('\n').filter((line) => !/Acme|acme|Echo|Sql/.test(line));
      if (kept.some((line) => line.trim() !== '')) expect(file).toContain(kept.join('\n').trim());
      else expect(file).toContain(/provide: \w+/.exec(change)?.[0]);
    }
  });
});
