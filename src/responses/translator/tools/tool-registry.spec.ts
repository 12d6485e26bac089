import { describe, expect, it } from '@jest/globals';
import { refusal } from '../../../../test/support/translate.js';
import { alphanumeric9, shortHash } from './short-hash.js';
import { ToolRegistry } from './tool-registry.js';

const fn = (name: string) => ({ type: 'function', name });

describe('ToolRegistry', () => {
  it.each([
    ['legal', fn('get_weather-2'), 'get_weather-2'],
    ['namespace', { ...fn('read'), namespace: 'mcp__fs' }, 'mcp__fs__read'],
    ['dots', fn('fs.read'), `fs_read_${shortHash('["function",null,"fs.read"]0')}`],
    ['65 characters', fn('a'.repeat(65)), expect.stringMatching(/^a{55}_[0-9a-f]{8}$/)],
    ['no legal character', fn('日本'), expect.stringMatching(/^__[0-9a-f]{8}$/)],
  ])('%s: finds the client’s tool again', (_name, identity, chatName) => {
    const registry = new ToolRegistry();
    const registered = registry.register(identity, 'tools[0].name');
    expect(registered).toEqual(chatName);
    expect(registry.resolve(registered)).toBe(identity);
    expect(registry.chatName(identity)).toBe(registered);
    expect(new ToolRegistry().chatName(identity)).toBe(registered);
  });

  it('keeps names within what the backend takes', () => {
    expect(new ToolRegistry(20).register(fn('b'.repeat(21)), 'p')).toHaveLength(20);
  });

  it('tells tools of one name apart', () => {
    const registry = new ToolRegistry();
    const custom = { type: 'custom', name: 'x' };
    const first = registry.register(fn('x'), 'p');
    const second = registry.register(custom, 'p');
    expect(second).not.toBe(first);
    expect(registry.resolve(second)).toBe(custom);
    expect(registry.declared('x', 'custom')).toBe(custom);
    expect(registry.declared('x')).toEqual(fn('x'));
  });

  it('resolves a taken short name to another one', () => {
    const registry = new ToolRegistry();
    const taken = new ToolRegistry().register(fn('a.b'), 'p');
    registry.register(fn(taken), 'p');
    const other = registry.register(fn('a.b'), 'p');
    expect(other).not.toBe(taken);
    expect(registry.resolve(other)).toEqual(fn('a.b'));
  });

  it('resolves the client’s own name, and unknown names to a function', () => {
    const registry = new ToolRegistry();
    const custom = { type: 'custom', name: 'apply.patch' };
    registry.register(custom, 'p');
    expect(registry.resolve('apply.patch')).toBe(custom);
    expect(registry.resolve('nobody')).toEqual(fn('nobody'));
  });

  it('refuses the very same tool twice', () => {
    const registry = new ToolRegistry();
    registry.register(fn('x'), 'tools[0].name');
    expect(refusal(() => registry.register(fn('x'), 'tools[1].name'))).toEqual({
      status: 400,
      code: 'duplicate_tool',
      param: 'tools[1].name',
    });
  });
});

describe('short hashes', () => {
  it('are FNV-1a, fixed for ever: old names must map on new replicas', () => {
    expect(shortHash('')).toBe('811c9dc5');
    expect(shortHash('grüß')).toBe(shortHash('grüß'));
    expect(shortHash('a')).not.toBe(shortHash('b'));
  });

  it('make nine letters and digits', () => {
    const ids = new Set(
      Array.from({ length: 2_000 }, (_, index) => alphanumeric9(`call_${index}`)),
    );
    expect(ids.size).toBe(2_000);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{9}$/);
  });
});

describe('names with leftovers', () => {
  const registry = new ToolRegistry();
  registry.register({ type: 'function', name: 'exec_command' }, null);

  it.each([
    'exec_command\n',
    ' exec_command',
    'functions.exec_command',
    'functions.exec_command:0',
    'exec_command<|channel|>commentary',
    'exec_command</arg_value>',
  ])('%j is the offered tool', (name) => {
    expect(registry.offeredName(name)).toBe('exec_command');
  });

  it.each(['other_tool', 'functions.other', 'exec', ''])('%j stays as it is', (name) => {
    expect(registry.offeredName(name)).toBe(name);
  });

  it('only the beginning of an offered name may grow', () => {
    expect(['exec', 'exec_command', 'other', ''].map((name) => registry.mayGrow(name))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
