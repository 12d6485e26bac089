import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chatOrderProblems } from '../../../../test/support/chat-order-checker.js';
import { testDialect } from '../../../../test/support/translate.js';
import type { Settings } from '../../../config/settings.js';
import { parseCreateResponse } from '../../dto/parse-create-response.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { WarningCollector } from '../warning.js';
import { toChatRequest } from './to-chat-request.js';

const folder = new URL('../../../../test/support/codex-recordings/', import.meta.url);
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

/** What the stock Codex CLI sends: see the README beside the recordings. */
describe('requests of the Codex CLI', () => {
  it.each(names)('%s is accepted and becomes a valid chat order', (name) => {
    const recording = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { body: unknown };
    const warnings = new WarningCollector();
    const { chatRequest } = toChatRequest(
      parseCreateResponse(recording.body, limits as Settings['limits']),
      { dialect: testDialect(), adapters: toolAdapters, warnings },
    );
    expect(chatOrderProblems(chatRequest.messages)).toEqual([]);
  });
});
