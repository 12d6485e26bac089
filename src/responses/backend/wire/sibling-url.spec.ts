import { describe, expect, it } from '@jest/globals';
import { serverUrl, siblingUrl } from './sibling-url.js';

const chat = '/chat/completions';

describe('siblingUrl', () => {
  it.each([
    [`https://llm.chutes.ai/v1${chat}`, 'https://llm.chutes.ai/v1/models'],
    [`http://h/api/v1${chat}/`, 'http://h/api/v1/models'],
    [`http://h/x${chat}?api-version=1`, 'http://h/x/models?api-version=1'],
    [`http://h${chat}/v1${chat}`, `http://h${chat}/v1/models`],
    ['http://h/v1/generate', 'http://h/v1/models'],
  ])('%s -> %s', (backend, url) => {
    expect(siblingUrl(new URL(backend), 'models').href).toBe(url);
  });

  it('goes below the chat endpoint as well', () => {
    const url = siblingUrl(new URL(`http://h/v1${chat}`), 'chat/completions/input_tokens');
    expect(url.href).toBe('http://h/v1/chat/completions/input_tokens');
  });
});

describe('serverUrl', () => {
  it.each([
    [`http://h:8000/v1${chat}`, 'http://h:8000/tokenize'],
    [`http://h/llm/v1${chat}?a=b`, 'http://h/llm/tokenize?a=b'],
    [`http://h/v1/llm${chat}`, 'http://h/v1/llm/tokenize'],
    [`http://h/v1/v1${chat}`, 'http://h/v1/tokenize'],
    [`http://h${chat}`, 'http://h/tokenize'],
    ['http://h/v1/generate', 'http://h/tokenize'],
    ['http://h/', 'http://h/tokenize'],
  ])('%s -> %s', (backend, url) => {
    expect(serverUrl(new URL(backend), 'tokenize').href).toBe(url);
  });
});
