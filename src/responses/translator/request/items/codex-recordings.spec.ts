import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chatOrderProblems } from '../../../../../test/support/chat-order-checker.js';
import { capableDialect } from '../../../../../test/support/translate.js';
import type { Settings } from '../../../../config/settings.js';
import { parseCreateResponse } from '../../../validation/parse-create-response.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { WarningCollector } from '../../warning.js';
import { toChatRequest } from '../to-chat-request.js';

const folder = new URL('../../../../../test/support/codex-recordings/', import.meta.url);
const names = readdirSync(folder).filter(
  (name) => name.endsWith('.json') && !name.startsWith('models') && name !== 'websocket.json',
);
const limits = {
  inputItems: 1_000,
  inputBytes: 5_242_880,
  instructionsBytes: 102_400,
  tools: 1_024,
  jsonDepth: 128,
};

/** The recordings are what the stock Codex CLI sends; the README beside them says how they were made. */
describe('requests of the Codex CLI', () => {
  it.each(names)('%s is accepted and becomes a valid chat order', (name) => {
    const { chatRequest } = translate(name);
    expect(chatOrderProblems(chatRequest.messages)).toEqual([]);
  });

  it.each([
    ['mcp-follow-up', ['exec_command', 'mcp__lab_tools__add']],
    ['tool-search-follow-up', ['exec_command', 'tool_search', 'mcp__lab_tools__add']],
    ['additional-tools', ['exec_command', 'apply_patch', 'mcp__lab_tools__add']],
  ])(
    '%s: its tools are offered once, and every call of the history is one of them',
    (name, some) => {
      const { chatRequest } = translate(`${name}.json`);
      const names = chatRequest.tools!.map((tool) => tool.function?.name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining(some));
      for (const tool of names) expect(tool).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      const called = chatRequest.messages.flatMap((message) =>
        message.role === 'assistant' ? (message.tool_calls ?? []) : [],
      );
      expect(called.length).toBeGreaterThan(0);
      for (const call of called) expect(names).toContain(call.function?.name);
    },
  );

  it('only what is hosted by OpenAI is lost', () => {
    const lost = names.flatMap((name) => translate(name).warnings.list());
    const dropped = lost.filter(({ code }) => code === 'tool_dropped' || code === 'item_skipped');
    for (const { message } of dropped)
      expect(message).toMatch(/'(?:web_search|compaction_trigger)'/);
  });
});

function translate(name: string) {
  const recording = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { body: unknown };
  const warnings = new WarningCollector(false, 1_000);
  const { chatRequest } = toChatRequest(
    parseCreateResponse(recording.body, limits as Settings['limits']),
    { dialect: capableDialect(), adapters: new ToolAdapterSet(toolAdapters), warnings },
  );
  return { chatRequest, warnings };
}
