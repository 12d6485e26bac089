import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { demoResponder } from '../../src/demo/demo-responder.js';
import {
  ScriptedChatServer,
  type ReceivedRequest,
  type Responder,
  type Script,
  type ScriptStep,
} from '../../src/demo/scripted-chat-server.js';

export { ChatChunks } from '../../src/demo/chat-chunks.js';
export type { ReceivedRequest, Script, ScriptStep };

/**
 * Plays the tests' backend. Chat calls take the queued scripts in order; without one it answers as the demo does, at once. Model
 * requests are the demo's unless `onModels` is set; `requests` has those of tokenizers, `calls` has not.
 */
export class ScriptedBackend {
  onModels: Responder | undefined;
  /** Answers POST requests that are no chat calls, such as a tokenizer's. */
  onTokenizer: Responder | undefined;
  private readonly queue: (Script | Responder)[] = [];
  private readonly waiting: ((request: ReceivedRequest) => void)[] = [];
  private readonly chats: ReceivedRequest[] = [];
  private server: ScriptedChatServer | undefined;

  static async start(): Promise<ScriptedBackend> {
    const backend = new ScriptedBackend();
    const demo = demoResponder(0);
    backend.server = await ScriptedChatServer.start(
      (request) => {
        if (request.method === 'GET') return (backend.onModels ?? demo)(request);
        const isChat = request.path.split('?')[0]?.endsWith('/chat/completions') === true;
        if (!isChat && backend.onTokenizer !== undefined) return backend.onTokenizer(request);
        return backend.answer(request, demo);
      },
      { keepRequests: true },
    );
    return backend;
  }

  /** BACKEND_URL should be this. */
  get url(): string {
    return this.running.chatUrl;
  }

  /** Gives every request, model lists included. */
  get requests(): readonly ReceivedRequest[] {
    return this.running.requests;
  }

  /** Gives the chat calls. */
  get calls(): readonly ReceivedRequest[] {
    return this.chats;
  }

  /** Gives the last chat call. */
  get lastCall(): ReceivedRequest {
    const call = this.chats.at(-1);
    if (call === undefined) throw new Error('The backend got no chat call.');
    return call;
  }

  /** Queues the answer to the next chat call that has none yet. */
  enqueue(...scripts: (Script | Responder)[]): void {
    this.queue.push(...scripts);
  }

  /** Forgets the scripts that nobody has taken, so that a test that failed leaves none to the next. */
  forgetScripts(): void {
    this.queue.length = 0;
  }

  /** Resolves with the next chat call as soon as its body has arrived. */
  nextCall(): Promise<ReceivedRequest> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    await this.running.close();
  }

  private answer(request: ReceivedRequest, otherwise: Responder): Script {
    this.chats.push(request);
    this.waiting.shift()?.(request);
    const script = this.queue.shift() ?? otherwise;
    return typeof script === 'function' ? script(request) : script;
  }

  private get running(): ScriptedChatServer {
    if (this.server === undefined) throw new Error('The backend is not running.');
    return this.server;
  }
}

/** Makes the usual stream: the chunks as events, then `[DONE]`. */
export function streamOf(...chunks: unknown[]): Script {
  const events: ScriptStep[] = chunks.map((data) => ({ data }));
  return { steps: [...events, { write: 'data: [DONE]\n\n' }] };
}

/** Makes a whole JSON answer. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Script {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    steps: [{ write: JSON.stringify(body) }],
  };
}

/** Starts a backend that is no HTTP server at all: `onSocket` does as it likes with each connection. */
export async function startSocketBackend(
  onSocket: (socket: Socket) => void,
): Promise<{ url: string; sockets: Socket[]; close: () => Promise<void> }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}/v1/chat/completions`, sockets, close };
}
