import { isPrivateHost } from '../../../config/private-host.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { cloudPresets } from './cloud.presets.js';
import { defaultDialect } from './default.dialect.js';
import {
  chutesDialect,
  llamacppDialect,
  ollamaDialect,
  sglangDialect,
  vllmDialect,
} from './engine.dialects.js';
import {
  fireworksDialect,
  groqDialect,
  openrouterDialect,
  togetherDialect,
} from './host.dialects.js';
import { localPresets } from './local.presets.js';
import { azureDialect, azureFoundryDialect, openaiDialect } from './openai.dialects.js';
import { routerPresets } from './router.presets.js';
import {
  deepseekDialect,
  geminiDialect,
  glmDialect,
  kimiDialect,
  minimaxDialect,
  mistralDialect,
  qwenDialect,
  xaiDialect,
} from './vendor.dialects.js';

export const BACKEND_DIALECT = Symbol('BACKEND_DIALECT');

const presets = [...cloudPresets, ...routerPresets, ...localPresets];

const dialects: readonly BackendDialect[] = [
  defaultDialect,
  chutesDialect,
  openaiDialect,
  azureDialect,
  azureFoundryDialect,
  vllmDialect,
  sglangDialect,
  llamacppDialect,
  ollamaDialect,
  deepseekDialect,
  openrouterDialect,
  togetherDialect,
  groqDialect,
  fireworksDialect,
  mistralDialect,
  geminiDialect,
  xaiDialect,
  minimaxDialect,
  glmDialect,
  kimiDialect,
  qwenDialect,
  ...presets.map(({ dialect }) => dialect),
];

export const dialectNames: readonly string[] = dialects.map(({ name }) => name);

/** See `hosts` of a preset. */
const publicHosts: readonly (readonly [pattern: string, dialect: BackendDialect])[] = [
  ['chutes.ai', chutesDialect],
  ['api.openai.com', openaiDialect],
  ['openai.azure.com', azureDialect],
  ['cognitiveservices.azure.com', azureDialect],
  ['services.ai.azure.com', azureDialect],
  ['models.ai.azure.com', azureFoundryDialect],
  ['inference.ai.azure.com', azureFoundryDialect],
  ['deepseek.com', deepseekDialect],
  ['openrouter.ai', openrouterDialect],
  ['together.xyz', togetherDialect],
  ['together.ai', togetherDialect],
  ['groq.com', groqDialect],
  ['fireworks.ai', fireworksDialect],
  ['mistral.ai', mistralDialect],
  ['generativelanguage.googleapis.com', geminiDialect],
  ['x.ai', xaiDialect],
  ['minimax.io', minimaxDialect],
  ['minimaxi.com', minimaxDialect],
  ['minimax.chat', minimaxDialect],
  ['z.ai', glmDialect],
  ['bigmodel.cn', glmDialect],
  ['moonshot.ai', kimiDialect],
  ['moonshot.cn', kimiDialect],
  ['kimi.com', kimiDialect],
  ['aliyuncs.com', qwenDialect],
  ...presets.flatMap(({ hosts, dialect }) => hosts.map((host) => [host, dialect] as const)),
];

/** In the private network the engine shows in the service's name, else in its usual port. */
const privateEngines: readonly (readonly [
  word: RegExp,
  port: string | undefined,
  dialect: BackendDialect,
])[] = [
  [/ollama/, '11434', ollamaDialect],
  [/vllm/, '8000', vllmDialect],
  [/sglang/, '30000', sglangDialect],
  [/llama[-.]?cpp|llama-server/, '8080', llamacppDialect],
  ...presets.flatMap(({ service, port, dialect }) =>
    service === undefined ? [] : [[service, port, dialect] as const],
  ),
];

/** `name` is a preset's or `auto`. An unknown one throws at boot, with the names that there are. */
export function resolveDialect(name: string, backendUrl: URL): BackendDialect {
  if (name === 'auto') return detectDialect(backendUrl);
  const dialect = dialects.find((candidate) => candidate.name === name.toLowerCase());
  if (dialect !== undefined) return dialect;
  throw new Error(`BACKEND_DIALECT must be auto or one of: ${dialectNames.join(', ')}.`);
}

function detectDialect({ hostname, port, pathname }: URL): BackendDialect {
  const host = hostname.toLowerCase();
  if (host.endsWith('.services.ai.azure.com') && pathname.startsWith('/models/')) {
    return azureFoundryDialect;
  }
  if (!isPrivateHost(host)) {
    const known = publicHosts.find(([pattern]) => isAt(host, pattern));
    return known?.[1] ?? defaultDialect;
  }
  const named = privateEngines.find(([word]) => word.test(host));
  const listening = privateEngines.find(([, usualPort]) => usualPort === port);
  return (named ?? listening)?.[2] ?? defaultDialect;
}

function isAt(host: string, pattern: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined
    ? host === pattern || host.endsWith(`.${pattern}`)
    : host.startsWith(start) && host.endsWith(end);
}
