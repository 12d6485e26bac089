import { describe, expect, it } from '@jest/globals';
import { chatEndpoint } from './backend-url.js';

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
