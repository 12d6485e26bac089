import type { CallOptions } from '../sequence/stream-options.js';

/** A backend that makes more calls than this in one answer has gone wild. */
export const MAX_CALLS = 256;

/** Decides which calls the client gets, and how many. */
export class CallLimits {
  private allowed = 0;

  constructor(private readonly options: Pick<CallOptions, 'allowedTools' | 'maxToolCalls'>) {}

  /** Tells that some call is one that the client may get. */
  get hasAllowed(): boolean {
    return this.allowed > 0;
  }

  /** Says why the client does not get a call of this tool. Gives undefined, and counts the call, when it does. */
  objectionTo(name: string): string | undefined {
    const { allowedTools, maxToolCalls = MAX_CALLS } = this.options;
    if (allowedTools !== undefined && !allowedTools.has(name)) return 'which was not allowed';
    if (this.allowed >= maxToolCalls) return 'which was more than max_tool_calls';
    this.allowed += 1;
    return undefined;
  }
}
