import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { defaultDialect } from '../dialects/default.dialect.js';
import { deepSeekFamilies } from './deepseek.families.js';
import { glmFamilies } from './glm.families.js';
import { kimiFamilies } from './kimi.families.js';
import { normalizedModel, type ModelFamily } from './model-family.js';
import { otherFamilies } from './other.families.js';
import { qwenFamilies } from './qwen.families.js';
import { toollessFamilies } from './toolless.families.js';

/** Lists the families. The first one whose pattern fits counts, so the narrow ones stand before the wide ones. */
export const modelFamilies: readonly ModelFamily[] = [
  ...deepSeekFamilies,
  ...kimiFamilies,
  ...glmFamilies,
  ...qwenFamilies,
  ...toollessFamilies,
  ...otherFamilies,
];

/** The server of these presets hands fields to the model's chat template. */
const ENGINES: readonly string[] = [
  ...['vllm', 'sglang', 'chutes', 'llamacpp', 'lmdeploy', 'mlx', 'xinference', 'koboldcpp'],
  ...['nvidia', 'baseten'],
];

/** @param more families that were added from outside, which are asked first. */
export function familyOf(
  model: string,
  more: readonly ModelFamily[] = [],
): ModelFamily | undefined {
  const name = normalizedModel(model);
  const fits = ({ pattern }: ModelFamily): boolean => pattern.test(name);
  return more.find(fits) ?? modelFamilies.find(fits);
}

/**
 * Makes a host's preset for one model, field by field, of which the later one wins: default, family, preset, the model's chat
 * template where the server applies it, the family's exceptions at this host. A field in which a preset does not differ from the
 * default is the family's.
 */
export function dialectForModel(
  preset: BackendDialect,
  model: string,
  more: readonly ModelFamily[] = [],
): BackendDialect {
  const family = familyOf(model, more);
  if (family === undefined) return preset;
  const isEngine = ENGINES.includes(preset.name);
  return {
    ...defaultDialect,
    ...family.model,
    ...(isEngine ? family.engine : {}),
    ...ownFields(preset),
    ...(isEngine || preset.name === defaultDialect.name ? family.template : {}),
    ...family.at?.[preset.name],
  };
}

function ownFields(preset: BackendDialect): Partial<BackendDialect> {
  return Object.fromEntries(
    Object.entries(preset).filter(
      ([name, value]) => value !== defaultDialect[name as keyof BackendDialect],
    ),
  );
}
