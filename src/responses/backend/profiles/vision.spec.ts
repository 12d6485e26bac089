import { expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { checkVision } from './check-vision.js';
import { DialectResolver } from './dialect-resolver.js';
import { parseProfiles } from './read-profiles.js';

const url = 'https://llm.chutes.ai/v1/chat/completions';

it('the model that describes images is no field of the dialect, and later entries win', () => {
  const profiles = parseProfiles(
    'models: {"*": {vision: {model: eyes}}, "b-*": {vision: {backend: b, model: eyes}}}',
  );
  const settings = toSettings(readEnvironment({ BACKEND_URL: url }));
  const dialects = new DialectResolver(resolveDialect('auto', new URL(url)), profiles, settings);
  expect(dialects.profileOf('a')).toEqual({ vision: { model: 'eyes' } });
  expect(dialects.profileOf('b-1')).toEqual({ vision: { backend: 'b', model: 'eyes' } });
  expect(dialects.forModel('a')).not.toHaveProperty('vision');
});

it('the backend that describes images is one of BACKENDS_FILE', () => {
  const profiles = parseProfiles(
    'backends: {h: {vision: {backend: b, model: eyes}}}\nmodels: {"*": {vision: {model: eyes}}, m: {vision: {backend: c, model: eyes}}}',
  );
  const problemsWith = (names: readonly string[] | undefined): unknown => {
    try {
      checkVision(profiles, names);
      return [];
    } catch (error) {
      return (error as EnvironmentError).problems;
    }
  };
  expect(problemsWith(['a', 'b', 'c'])).toEqual([]);
  expect(problemsWith(['a', 'b'])).toEqual([
    'BACKEND_PROFILES models["m"]: vision.backend must be one of BACKENDS_FILE: a, b',
  ]);
  expect(problemsWith(undefined)).toEqual([
    'BACKEND_PROFILES backends["h"]: vision.backend needs BACKENDS_FILE, which is not set',
    'BACKEND_PROFILES models["m"]: vision.backend needs BACKENDS_FILE, which is not set',
  ]);
});

it.each(['eyes', '[eyes]', '{}', '{backend: a}', '{model: ""}', '{model: 1}', '{model: a, x: 1}'])(
  '%s names no such model',
  (vision) => {
    expect(() => parseProfiles(`models: {m: {vision: ${vision}}}`)).toThrow(EnvironmentError);
  },
);
