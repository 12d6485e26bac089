import { ApplyPatchToolAdapter } from './apply-patch/apply-patch-tool.adapter.js';
import { ComputerToolAdapter } from './computer/computer-tool.adapter.js';
import { CustomToolAdapter } from './custom/custom-tool.adapter.js';
import { FunctionToolAdapter } from './function/function-tool.adapter.js';
import { LocalShellToolAdapter } from './shell/local-shell-tool.adapter.js';
import { NamespaceToolAdapter } from './namespace/namespace-tool.adapter.js';
import { ShellToolAdapter } from './shell/shell-tool.adapter.js';
import type { ToolAdapter } from './tool-adapter.port.js';
import { ToolSearchToolAdapter } from './search/tool-search-tool.adapter.js';

/** Lists every tool type that this proxy carries. A new one is an adapter and a line here. */
export const toolAdapters: readonly ToolAdapter[] = [
  new FunctionToolAdapter(),
  new CustomToolAdapter(),
  new NamespaceToolAdapter(),
  new ToolSearchToolAdapter(),
  new LocalShellToolAdapter(),
  new ShellToolAdapter(),
  new ApplyPatchToolAdapter(),
  new ComputerToolAdapter('computer_use_preview'),
  new ComputerToolAdapter('computer'),
];
