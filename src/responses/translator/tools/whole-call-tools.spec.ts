import { describe, expect, it } from '@jest/globals';
import type { InputItem } from '../../../contracts/responses/items.js';
import { WarningCollector } from '../warning.js';
import { ApplyPatchToolAdapter } from './apply-patch/apply-patch-tool.adapter.js';
import { LocalShellToolAdapter } from './shell/local-shell-tool.adapter.js';
import { ShellToolAdapter } from './shell/shell-tool.adapter.js';
import type { ToolCallAdapter } from './tool-adapter.port.js';
import { ToolRegistry } from './tool-registry.js';
import { ToolSearchToolAdapter } from './search/tool-search-tool.adapter.js';

/** The client runs these tools of OpenAI's, and their items are made from whole arguments. */

const localShell = new LocalShellToolAdapter();
const shell = new ShellToolAdapter();
const applyPatch = new ApplyPatchToolAdapter();
const toolSearch = new ToolSearchToolAdapter();
const all: ToolCallAdapter[] = [localShell, shell, applyPatch, toolSearch];

function open(adapter: ToolCallAdapter, callArguments: string) {
  const identity = { type: adapter.toolType, name: adapter.toolType };
  const context = { itemId: 'x_1', outputIndex: 3, callId: 'call_1', identity };
  const writer = adapter.openCall({ ...context, warnings: new WarningCollector() });
  expect(writer.push(callArguments)).toEqual([]);
  return { writer, item: writer.item('completed'), added: writer.item('in_progress') };
}

describe('declaration', () => {
  it.each(all)('$toolType is one function of that name', (adapter) => {
    const warnings = new WarningCollector();
    const tool = { type: adapter.toolType, execution: 'client' };
    const [declared, ...others] = adapter.declare(tool, 'tools[0]', warnings);
    expect(others).toEqual([]);
    expect(declared?.identity).toEqual({ type: adapter.toolType, name: adapter.toolType });
    expect(declared?.function).toMatchObject({
      name: adapter.toolType,
      description: expect.stringMatching(/./),
      parameters: { type: 'object' },
    });
    expect(warnings.list()).toEqual([]);
  });

  it.each([
    [shell, { type: 'shell', environment: { type: 'container_auto' } }, 'tools[2].environment'],
  ])('what only OpenAI can run is left out: %#', (adapter, tool, param) => {
    const warnings = new WarningCollector();
    expect(adapter.declare(tool, 'tools[2]', warnings)).toEqual([]);
    expect(warnings.list()).toMatchObject([{ code: 'tool_dropped', param }]);
  });

  it('a shell tells of the skills that the client has', () => {
    const skills = [{ name: 's', description: 'Does d.', path: '/p' }];
    const tool = { type: 'shell', environment: { type: 'local', skills } };
    const [declared] = shell.declare(tool, null, new WarningCollector());
    expect(declared?.function.description).toContain('- s (/p): Does d.');
  });

  it('a search keeps the client’s description and parameters', () => {
    const parameters = { type: 'object', properties: { q: { type: 'string' } } };
    const tool = { type: 'tool_search', execution: 'client', description: 'D', parameters };
    const [declared] = toolSearch.declare(tool);
    expect(declared?.function).toEqual({ name: 'tool_search', description: 'D', parameters });
  });
});

describe('a call', () => {
  it.each<[ToolCallAdapter, string, object]>([
    [
      localShell,
      '{"command":["ls","-l"],"timeout_ms":"500","working_directory":"/w","env":{"A":1}}',
      {
        action: {
          type: 'exec',
          command: ['ls', '-l'],
          env: { A: '1' },
          timeout_ms: 500,
          working_directory: '/w',
        },
      },
    ],
    [
      localShell,
      '{"cmd":"ls | wc"}',
      { action: { type: 'exec', command: ['bash', '-lc', 'ls | wc'], env: {} } },
    ],
    [localShell, '"pwd"', { action: { type: 'exec', command: ['bash', '-lc', 'pwd'], env: {} } }],
    [localShell, '{}', { action: { type: 'exec', command: [], env: {} } }],
    [
      shell,
      '{"commands":["ls","pwd"],"timeout_ms":100,"max_output_length":10}',
      { action: { commands: ['ls', 'pwd'], timeout_ms: 100, max_output_length: 10 } },
    ],
    [
      shell,
      '{"command":"ls","timeout_ms":-1}',
      { action: { commands: ['ls'], timeout_ms: null, max_output_length: null } },
    ],
    [
      applyPatch,
      '{"type":"delete_file","path":"a"}',
      { operation: { type: 'delete_file', path: 'a' } },
    ],
    [toolSearch, '{"query":"x"}', { execution: 'client', arguments: { query: 'x' } }],
    [toolSearch, '', { execution: 'client', arguments: {} }],
  ])('%#: %j', (adapter, callArguments, expected) => {
    const { item, added } = open(adapter, callArguments);
    const identity = { type: adapter.callItemType, id: 'x_1', call_id: 'call_1' };
    expect(item).toMatchObject({ ...identity, ...expected, status: 'completed' });
    expect(added).toEqual({ ...item, status: 'in_progress' });
  });

  it('of a shell tells each command', () => {
    const { writer } = open(shell, '{"commands":["a","b"]}');
    expect(writer.finish('completed')).toEqual(
      ['a', 'b'].flatMap((command, command_index) => [
        { type: 'response.shell_call_command.added', output_index: 3, command_index, command: '' },
        {
          type: 'response.shell_call_command.delta',
          output_index: 3,
          command_index,
          delta: command,
        },
        { type: 'response.shell_call_command.done', output_index: 3, command_index, command },
      ]),
    );
  });

  it.each<[ToolCallAdapter, string]>([
    [localShell, '{"command":["ls"],"timeout_ms":5,"env":{"A":"1"}}'],
    [shell, '{"commands":["ls"],"timeout_ms":5}'],
    [applyPatch, '{"type":"update_file","path":"a","diff":"@@\\n+b"}'],
    [toolSearch, '{"query":"x","limit":2}'],
  ])('%# comes back as the model wrote it', (adapter, callArguments) => {
    const { item } = open(adapter, callArguments);
    const call = adapter.readCall(item as unknown as InputItem, null, new WarningCollector());
    expect(call.callId).toBe('call_1');
    expect(JSON.parse(call.arguments)).toEqual(JSON.parse(callArguments));
  });

  it.each(all)('$toolType of a careless client is read', (adapter) => {
    const item = { type: adapter.callItemType, id: 'x' };
    const call = adapter.readCall(item, null, new WarningCollector());
    expect(call.callId).toBe('x');
    expect(JSON.parse(call.arguments)).toEqual({});
  });
});

describe('an output', () => {
  const registry = new ToolRegistry();
  registry.register({ type: 'function', name: 'add', namespace: 'mcp__lab' }, null);

  it.each<[ToolCallAdapter, object, unknown]>([
    [
      shell,
      {
        output: [
          { stdout: 'a\n', stderr: '', outcome: { type: 'exit', exit_code: 0 } },
          { stdout: '', stderr: 'no', outcome: { type: 'timeout' } },
          'odd',
        ],
      },
      'Exit code: 0\nstdout:\na\n\n\nTimed out.\nstderr:\nno\n\n"odd"',
    ],
    [shell, { output: 'text' }, 'text'],
    [applyPatch, { status: 'completed' }, 'completed'],
    [applyPatch, { status: 'failed', output: 'No such file' }, 'failed: No such file'],
    [toolSearch, {}, 'No tools were found.'],
    [
      toolSearch,
      {
        tools: [
          { type: 'namespace', name: 'mcp__lab', tools: [{ type: 'function', name: 'add' }] },
          { type: 'function', name: 'top' },
        ],
      },
      'Found tools: mcp__lab__add, top',
    ],
  ])('%# is read as %2$j', (adapter, output, text) => {
    const item = { type: adapter.outputItemType, call_id: 'c', ...output };
    expect(adapter.readOutput?.(item, registry)).toBe(text);
  });
});
