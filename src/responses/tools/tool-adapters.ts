import { CustomToolAdapter } from './custom-tool.adapter.js';
import { FunctionToolAdapter } from './function-tool.adapter.js';
import type { ToolAdapter } from './tool-adapter.port.js';

/** Every tool type that this proxy carries. A new one is an adapter and a line here. */
export const toolAdapters: readonly ToolAdapter[] = [
  new FunctionToolAdapter(),
  new CustomToolAdapter(),
];
