import { readContextWindow } from '../../responses/backend/models/context-window.js';

/** Holds what a backend's model list says of one model beyond its name; undefined where it says nothing. */
export interface ListedModel {
  id: string;
  displayName: string | undefined;
  /** Counts tokens. */
  contextWindow: number | undefined;
  images: boolean;
  reasoning: boolean;
}

const maxIdLength = 512;

/**
 * Reads one entry of `GET /v1/models`: features as `supported_features` (Chutes) or `supported_parameters` (OpenRouter),
 * images as `input_modalities`.
 */
export function readListedModel(entry: unknown): ListedModel | undefined {
  const id = field(entry, 'id');
  if (typeof id !== 'string' || id === '' || id.length > maxIdLength) return undefined;
  const name = field(entry, 'name') ?? field(entry, 'display_name');
  const modalities =
    field(entry, 'input_modalities') ?? field(field(entry, 'architecture'), 'input_modalities');
  const features = [
    ...texts(field(entry, 'supported_features')),
    ...texts(field(entry, 'supported_parameters')),
  ];
  return {
    id,
    displayName: typeof name === 'string' && name !== '' ? name.slice(0, maxIdLength) : undefined,
    contextWindow: readContextWindow(entry),
    images: texts(modalities).includes('image'),
    reasoning: features.some((feature) => /^(reasoning|reasoning_effort|thinking)$/.test(feature)),
  };
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter((text) => typeof text === 'string');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
