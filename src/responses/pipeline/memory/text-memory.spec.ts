import { expect, it } from '@jest/globals';
import { TextMemory } from './text-memory.js';
import { RequestImages } from '../images/request-images.js';

it('keeps the first description of an image, for each caller apart', () => {
  const memory = new TextMemory();
  expect(memory.remember('a', 'data:1', 'first')).toBe('first');
  expect(memory.remember('a', 'data:1', 'second')).toBe('first');
  expect(memory.recall('a', 'data:1')).toBe('first');
  expect(memory.recall('b', 'data:1')).toBeUndefined();
});

it('is bounded, and forgets what was used the longest time ago', () => {
  // A hash has 44 characters.
  const memory = new TextMemory(3 * 144);
  const text = 'x'.repeat(100);
  for (const url of ['1', '2', '3']) memory.remember('a', url, text);
  memory.recall('a', '1');
  memory.remember('a', '4', text);
  const left = ['1', '2', '3', '4'].filter((url) => memory.recall('a', url) !== undefined);
  expect(left).toEqual(['1', '3', '4']);
});

it('a request looks each image up once, and has each missing one described once', () => {
  const asked: string[] = [];
  const images = new RequestImages((url) => {
    asked.push(url);
    return url === 'known' ? 'A door.' : undefined;
  });
  const look = () => ['known', 'old', 'new', 'newest'].map(images.descriptionOf);
  expect(look()).toEqual(['A door.', undefined, undefined, undefined]);
  expect(images.takeMissing(2)).toEqual(['new', 'newest']);
  images.add('new', 'A wall.');
  expect(look()).toEqual(['A door.', undefined, 'A wall.', undefined]);
  expect(images.takeMissing(2)).toEqual(['old']);
  expect(images.takeMissing(2)).toEqual([]);
  expect(asked).toEqual(['known', 'old', 'new', 'newest']);
});
