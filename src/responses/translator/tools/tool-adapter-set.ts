import {
  hasCalls,
  readsCalls,
  type CallingTool,
  type ToolAdapter,
  type ToolCallAdapter,
} from './tool-adapter.port.js';
import type { ToolIdentity } from './tool-identity.js';

/** Finds a tool type by what is known of it: the type in a request, or the tool that a call names. */
export class ToolAdapterSet {
  /** Lists those whose items clients send back; of two with the same item the later reads it. */
  readonly withCalls: readonly ToolCallAdapter[];
  private readonly byType: ReadonlyMap<string, ToolAdapter>;

  constructor(private readonly adapters: readonly ToolAdapter[]) {
    this.withCalls = adapters.filter(readsCalls);
    this.byType = new Map(adapters.map((adapter) => [adapter.toolType, adapter]));
  }

  /** Adds the tools of one response. */
  with(others: readonly ToolAdapter[]): ToolAdapterSet {
    return new ToolAdapterSet([...this.adapters, ...others]);
  }

  ofType(toolType: string): ToolAdapter | undefined {
    return this.byType.get(toolType);
  }

  /** Finds the adapter of a call. @throws Error for a type that no adapter has, since the registry made a mistake then. */
  ofCall({ type }: ToolIdentity): CallingTool {
    const adapter = this.byType.get(type);
    if (adapter === undefined || !hasCalls(adapter)) {
      throw new Error(`No tool adapter for calls of '${type}'.`);
    }
    return adapter;
  }
}
