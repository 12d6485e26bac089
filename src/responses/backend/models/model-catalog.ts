import { Logger } from '@nestjs/common';
import type { Settings } from '../../../config/settings.js';
import type { BackendHttp, BackendReply } from '../wire/backend-http.js';
import { operator, type BackendCalls } from '../calls/backend-calls.js';
import { parseJson } from '../../../common/json.js';
import type { DialectResolver } from '../profiles/dialect-resolver.js';
import { recognizeEngine } from '../dialects/recognize-engine.js';
import { readServerProps } from '../profiles/server-props.js';
import { allowedModels } from './allowed-models.js';
import { fieldOf, readModelList, type ModelEntry } from './model-entry.js';
import { ModelNames } from './model-names.js';
import { modelNotFoundMessage } from './model-not-found-message.js';

export const maxModelListBytes = 16 * 1024 * 1024;
const longestPauseMs = 15 * 60 * 1000;

/** Holds the list that the backend gives to anyone, as it came. */
interface PublicList {
  reply: BackendReply;
  models: ModelEntry[];
  names: ModelNames;
  /** Maps a model to its context in tokens, where the list tells it. */
  contexts: ReadonlyMap<string, number>;
  byId: ReadonlyMap<string, ModelEntry>;
  readAt: number;
}

/**
 * Keeps the backend's public model list, fetched in the background without a client's key (with the operator's where there is
 * one): at the start, which it never holds up, and at intervals. A failure keeps the old list and makes the next pause longer.
 */
export class ModelCatalog {
  private readonly logger = new Logger(ModelCatalog.name);
  private readonly stopped = new AbortController();
  private readonly interval: number;
  private list: PublicList | undefined;
  /** Holds names from lists that needed a key. They correct spelling only; they are never shown to another client. */
  private readonly learned = new ModelNames();
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;

  constructor(
    private readonly http: BackendHttp,
    private readonly calls: BackendCalls,
    private readonly dialects: DialectResolver,
    settings: Pick<Settings, 'models'>,
  ) {
    this.interval = settings.models.refreshIntervalMs;
  }

  /** Stops for good. */
  stop(): void {
    clearTimeout(this.timer);
    this.stopped.abort();
  }

  /** Gives the name as the backend spells it; an unknown name is left to the backend to judge. */
  resolve(name: string): string {
    return this.list?.names.find(name) ?? this.learned.find(name) ?? name;
  }

  /** Tells that the public list has the model. */
  isListed(name: string): boolean {
    return this.list?.names.find(name) !== undefined;
  }

  /** The public list, empty while it is not known. */
  get entries(): readonly ModelEntry[] {
    return this.list?.models ?? [];
  }

  /** Gives the context of a model in tokens as the public list has it, however old: it hardly ever changes. */
  contextWindow(name: string): number | undefined {
    return this.list?.contexts.get(name);
  }

  /** Gives what the public list says of a model. */
  entryOf(name: string): ModelEntry | undefined {
    return this.list?.byId.get(name);
  }

  /** Words a 404 with what the caller may ask for. Gives undefined when no list is known, or the model is listed: the 404 means something else. */
  notFoundMessage(name: string, allowed?: readonly string[]): string | undefined {
    if (this.list === undefined || this.list.models.length === 0) return undefined;
    if (this.list.names.find(name) !== undefined) return undefined;
    return modelNotFoundMessage(name, allowedModels(this.list.models, allowed));
  }

  /** Gives the entry of a model in the public list, as the backend wrote it. `name` may be percent-encoded. */
  listed(name: string): unknown {
    const body = this.freshList()?.body;
    if (body === undefined || this.list?.names.find(decodeName(name)) === undefined)
      return undefined;
    const list: unknown = JSON.parse(body.toString('utf8'));
    const entries: unknown = Array.isArray(list) ? list : fieldOf(list, 'data');
    if (!Array.isArray(entries)) return undefined;
    return entries.find((entry: unknown) => fieldOf(entry, 'id') === decodeName(name)) as unknown;
  }

  /** Gives the public list as the backend wrote it, while it is at most two intervals old. */
  freshList(): BackendReply | undefined {
    if (this.list === undefined) return undefined;
    return performance.now() - this.list.readAt <= 2 * this.interval ? this.list.reply : undefined;
  }

  /** Learns the spelling of names from a list that a client got with its own key. */
  learn(body: Buffer): void {
    this.noteEngine(body);
    this.learned.add((parseModelList(body) ?? []).map(({ id }) => id));
  }

  /** Fetches the public list now and plans the next time. Never rejects. */
  async refresh(): Promise<void> {
    try {
      this.list = await this.fetchList();
      this.failures = 0;
      await this.askServer();
    } catch (error) {
      this.failures += 1;
      if (!this.stopped.signal.aborted) this.reportFailure(error);
    }
    this.planNext();
  }

  private async fetchList(): Promise<PublicList> {
    const call = this.calls.models(operator);
    const reply = await this.http.fetch(call, maxModelListBytes, this.stopped.signal);
    const models = reply.status === 200 ? parseModelList(reply.body) : undefined;
    if (models === undefined) throw new Error(`status ${reply.status}, no model list`);
    this.noteEngine(reply.body, reply.headers.server);
    const names = new ModelNames(models.map(({ id }) => id));
    const contexts = new Map(
      models.flatMap(({ id, contextWindow }) =>
        contextWindow === undefined ? [] : [[id, contextWindow]],
      ),
    );
    const byId = new Map(models.map((model) => [model.id, model]));
    return { reply, models, names, contexts, byId, readAt: performance.now() };
  }

  /** A list shows whose it is, on whatever port. */
  private noteEngine(body: Buffer, server?: string | string[]): void {
    const header = Array.isArray(server) ? server[0] : server;
    const engine = recognizeEngine(parseJson(body.toString('utf8')), header);
    if (engine !== undefined && this.dialects.noteEngine(engine))
      this.logger.log(`The model list is that of ${engine}: its dialect is used.`);
  }

  /** A llama-server tells what its template can do; without an answer the model's name alone says so. */
  private async askServer(): Promise<void> {
    if (this.dialects.forBackend().name !== 'llamacpp') return;
    const { status, body } = await this.http
      .fetch(this.calls.props(), maxModelListBytes, this.stopped.signal)
      .catch(() => ({ status: 0, body: Buffer.alloc(0) }));
    const told = status === 200 ? readServerProps(parseJson(body.toString('utf8'))) : undefined;
    if (told !== undefined) this.dialects.noteServer(told.dialect);
  }

  /** Reports once per series: a backend that wants a key for its list would fill the log. */
  private reportFailure(error: unknown): void {
    if (this.failures > 1) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`The public model list is not available: ${reason}`);
  }

  private planNext(): void {
    if (this.interval <= 0 || this.stopped.signal.aborted) return;
    const pause = this.interval * 2 ** Math.min(this.failures, 10);
    const longest = Math.max(longestPauseMs, this.interval);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), Math.min(pause, longest)).unref();
  }
}

function parseModelList(body: Buffer): ModelEntry[] | undefined {
  try {
    return readModelList(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
