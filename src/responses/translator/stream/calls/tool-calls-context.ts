import type { IdGenerator } from '../../../../common/id-generator.js';
import type { ToolAdapter } from '../../tools/tool-adapter.port.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { WarningCollector } from '../../warning.js';

export interface ToolCallsContext {
  tools: ToolRegistry;
  adapters: readonly ToolAdapter[];
  /** Chat names that the model may call; undefined allows all. */
  allowedTools: ReadonlySet<string> | undefined;
  /** Calls beyond so many are left out; undefined sets no limit. */
  maxToolCalls?: number | undefined;
  ids: IdGenerator;
  warnings: WarningCollector;
  /** Called when a call is about to become an output item; gives its index. */
  claimOutputIndex: () => number;
}
