import { describe, expect, it } from '@jest/globals';
import { backendEndpoint, chatEndpoint } from './backend-url.js';

describe('BACKEND_URL', () => {
  it.each([
    ['http://host:8000/v1', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000', 'http://host:8000/v1/chat/completions'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1/chat/completions'],
    ['https://api.z.ai/api/paas/v4', 'https://api.z.ai/api/paas/v4/chat/completions'],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai/',
      'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
    ],
    ['http://host/v1?api-version=1', 'http://host/v1/chat/completions?api-version=1'],
    ['http://host/v1/chat/completions', 'http://host/v1/chat/completions'],
    ['http://host/v1/generate', 'http://host/v1/generate'],
    ['http://host/chat/completions/', 'http://host/chat/completions/'],
  ])('%s is %s', (given, endpoint) => {
    expect(chatEndpoint(given).href).toBe(endpoint);
  });
});

describe('the URL of a backend that speaks Responses', () => {
  it.each([
    ['https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1/responses', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1/responses/', 'https://api.openai.com/v1/chat/completions'],
    ['http://host:8000', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/responses', 'http://host:8000/chat/completions'],
    ['http://host/v1/chat/completions', 'http://host/v1/chat/completions'],
    [
      'https://me.openai.azure.com/openai/responses?api-version=2025-04-01-preview',
      'https://me.openai.azure.com/openai/chat/completions?api-version=2025-04-01-preview',
    ],
    ['http://host/gateway/team', 'http://host/gateway/team/chat/completions'],
  ])('%s is known by %s', (given, endpoint) => {
    expect(backendEndpoint(given, 'responses').href).toBe(endpoint);
    expect(backendEndpoint(given, 'chat').href).toBe(chatEndpoint(given).href);
  });
});
