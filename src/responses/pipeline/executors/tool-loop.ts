import type { Observable } from 'rxjs';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { OutputItem } from '../../../contracts/responses/items.js';
import { parseJson } from '../../../common/json.js';
import type { ToolOutput } from '../../translator/request/context/tool-output.js';
import type { HostedCall, HostedItems } from '../../translator/stream/hosted-items.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import { hasCalls, type ToolAdapter } from '../../translator/tools/tool-adapter.port.js';
import {
  MOST_IMAGE_CHARACTERS,
  MOST_MADE_CHARACTERS,
  ToolFailure,
  type CallOutcome,
  type ToolSession,
  type ToolWork,
} from './tool-executor.port.js';
import { asEvents, type Settling } from './tool-work.js';
import { withTimeLimit } from './with-time-limit.js';

export interface ToolLoopLimits {
  /** One call, and all that is done for one response, may take so long. */
  callMs: number;
  totalMs: number;
  /** Answers of the backend that one response may have. */
  turns: number;
  /** One result may have so many characters. */
  resultCharacters: number;
  /** Calls that one response may run; undefined sets no limit. */
  calls: number | undefined;
}

/** Calls of one answer that are run at the same time. */
const MOST_AT_ONCE = 8;

/** Runs the tools of one response: what is done before the first answer and between two of them. */
export class ToolLoop {
  /** Keeps what the model reads of a call, by the id of its item. */
  readonly outputs = new Map<string, ToolOutput>();
  private readonly deadline: number;
  private turns = 1;
  private calls = 0;

  constructor(
    private readonly sessions: readonly ToolSession[],
    private readonly stream: ResponseStream,
    private readonly limits: ToolLoopLimits,
    private readonly now: () => number,
    /** Is told of each call that came to nothing, with what the client may read of it. */
    private readonly report: (tool: string, message: string, error: unknown) => void,
  ) {
    this.deadline = now() + limits.totalMs;
  }

  get adapters(): readonly ToolAdapter[] {
    return this.sessions.flatMap(({ adapters }) => adapters);
  }

  get sources(): ReadonlyMap<string, string> {
    return new Map(this.sessions.flatMap(({ sources }) => [...(sources ?? [])]));
  }

  get files(): ReadonlyMap<string, string> {
    return new Map(this.sessions.flatMap(({ files }) => [...(files ?? [])]));
  }

  /** An answer follows. */
  get hasBegun(): boolean {
    return this.turns > 1;
  }

  /** No further call is run, so the model is told to answer. */
  get isExhausted(): boolean {
    const { turns, calls = Infinity } = this.limits;
    return this.turns >= turns || this.calls >= calls || this.now() >= this.deadline;
  }

  /** Calls that may still be run; undefined for any number. */
  get callsLeft(): number | undefined {
    const { calls } = this.limits;
    return calls === undefined ? undefined : Math.max(0, calls - this.calls);
  }

  prepare(): Observable<ResponseEvent[]> {
    return asEvents(async (work) => {
      const { totalMs } = this.limits;
      const prepareOne = async (session: ToolSession): Promise<void> => {
        if (session.prepare === undefined) return;
        const own = work(this.settler);
        await withTimeLimit(totalMs, own.signal, async (signal) =>
          session.prepare?.(within(own, signal)),
        );
      };
      await Promise.all(this.sessions.map(prepareOne));
    }, this.stream);
  }

  /** Runs the calls of the answer that is over. Each has an outcome afterwards, come what may. */
  run(): Observable<ResponseEvent[]> {
    return asEvents(async (work) => {
      const waiting = [...this.stream.hostedCalls];
      this.turns += 1;
      this.calls += waiting.length;
      const runNext = async (): Promise<void> => {
        for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
          const running = call;
          const outcome = await this.runOne(running, work(this.settler));
          work(this.settler).settle(running, outcome);
        }
      };
      await Promise.all(Array.from({ length: MOST_AT_ONCE }, runNext));
    }, this.stream);
  }

  close(): void {
    for (const session of this.sessions) session.close?.();
  }

  private async runOne(call: HostedCall, work: ToolWork): Promise<CallOutcome> {
    const { type } = call.identity;
    const session = this.sessions.findLast(({ adapters }) =>
      adapters.some((adapter) => adapter.toolType === type && hasCalls(adapter)),
    );
    try {
      if (session === undefined) throw new Error(`Nothing runs '${type}'.`);
      if (session.takesText !== true && parseJson(call.arguments) === undefined) {
        throw new ToolFailure('The arguments are not valid JSON.');
      }
      const left = this.deadline - this.now();
      const run = (signal: AbortSignal, getsOn: () => void): Promise<CallOutcome> =>
        session.run(call, within({ ...work, getsOn }, signal));
      const limit = Math.min(this.limits.callMs, left);
      const outcome = await withTimeLimit(limit, work.signal, run, left);
      if (this.isTooLong(outcome)) throw new ToolFailure('The result is too long.');
      return outcome;
    } catch (error) {
      const message = error instanceof ToolFailure ? error.message : 'The tool failed.';
      this.report(call.identity.name, message, error);
      return this.failed(session, call, message);
    }
  }

  private isTooLong({ item, output }: CallOutcome): boolean {
    const { resultCharacters } = this.limits;
    const { text = '', attachments = [] } = output ?? {};
    // The item has the result once, and a little around it.
    return (
      text.length > 2 * resultCharacters ||
      JSON.stringify(attachments).length > 2 * Math.max(resultCharacters, MOST_IMAGE_CHARACTERS) ||
      JSON.stringify(item).length > 8 * resultCharacters + imageRoom(item)
    );
  }

  private failed(session: ToolSession | undefined, call: HostedCall, message: string): CallOutcome {
    const output = { text: `Error: ${message}`, attachments: [] };
    try {
      const outcome = session?.failed?.(call, message);
      if (outcome !== undefined) return { output, ...outcome };
    } catch {
      // What is left is an item that says that it failed.
    }
    return { item: { ...call.item, status: 'failed' } as OutputItem, output };
  }

  private readonly settler = (items: HostedItems, ...[place, outcome]: Settling): void => {
    const { events, output } = outcome;
    const item = { ...outcome.item, id: place.itemId };
    this.stream.weigh(JSON.stringify(item).length + lengthOf(output));
    if (output !== undefined) this.outputs.set(item.id, output);
    items.settle(place, item, events);
  };
}

/** Items of these types hold images themselves. */
function imageRoom({ type }: OutputItem): number {
  if (type === 'image_generation_call') return MOST_MADE_CHARACTERS;
  return type === 'code_interpreter_call' ? MOST_IMAGE_CHARACTERS : 0;
}

/** What a call does after its time adds nothing any more. */
function within(work: ToolWork, signal: AbortSignal): ToolWork {
  const add: ToolWork['add'] = (item) =>
    signal.aborted ? { itemId: item.id, outputIndex: -1 } : work.add(item);
  return { ...work, signal, add };
}

function lengthOf(output: ToolOutput | undefined): number {
  if (output === undefined) return 0;
  return output.text.length + JSON.stringify(output.attachments).length;
}
