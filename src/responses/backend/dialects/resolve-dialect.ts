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
import type { Preset } from './preset.js';
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

/** Lists all presets. Of two engines that both fit a service's name the first is taken: `ollama-server` is Ollama. */
const presets: readonly Preset[] = [
  { dialect: defaultDialect, hosts: [] },
  { dialect: chutesDialect, hosts: ['chutes.ai'] },
  { dialect: openaiDialect, hosts: ['api.openai.com'] },
  {
    dialect: azureDialect,
    hosts: ['openai.azure.com', 'cognitiveservices.azure.com', 'services.ai.azure.com'],
  },
  { dialect: azureFoundryDialect, hosts: ['models.ai.azure.com', 'inference.ai.azure.com'] },
  { dialect: ollamaDialect, hosts: [], service: /ollama/, port: '11434' },
  { dialect: vllmDialect, hosts: [], service: /vllm/, port: '8000' },
  { dialect: sglangDialect, hosts: [], service: /sglang/, port: '30000' },
  {
    dialect: llamacppDialect,
    hosts: [],
    service: /llama[-.]?cpp|llama-server/,
    port: '8080',
  },
  { dialect: deepseekDialect, hosts: ['deepseek.com'] },
  { dialect: openrouterDialect, hosts: ['openrouter.ai'] },
  { dialect: togetherDialect, hosts: ['together.xyz', 'together.ai'] },
  { dialect: groqDialect, hosts: ['groq.com'] },
  { dialect: fireworksDialect, hosts: ['fireworks.ai'] },
  { dialect: mistralDialect, hosts: ['mistral.ai'] },
  { dialect: geminiDialect, hosts: ['generativelanguage.googleapis.com'] },
  { dialect: xaiDialect, hosts: ['x.ai'] },
  { dialect: minimaxDialect, hosts: ['minimax.io', 'minimaxi.com', 'minimax.chat'] },
  { dialect: glmDialect, hosts: ['z.ai', 'bigmodel.cn'] },
  { dialect: kimiDialect, hosts: ['moonshot.ai', 'moonshot.cn', 'kimi.com'] },
  { dialect: qwenDialect, hosts: ['aliyuncs.com'] },
  ...cloudPresets,
  ...routerPresets,
  ...localPresets,
];

export const dialectNames: readonly string[] = presets.map(({ dialect }) => dialect.name);

/**
 * `name` is a preset's or `auto`. An unknown one throws at boot, with the names that there are.
 * @param more presets that were added from outside, which are stronger.
 */
export function resolveDialect(
  name: string,
  backendUrl: URL,
  more: readonly Preset[] = [],
): BackendDialect {
  const all = more.length === 0 ? presets : [...more, ...presets];
  if (name === 'auto') return detectDialect(backendUrl, all);
  const known = all.find(({ dialect }) => dialect.name === name.toLowerCase());
  if (known !== undefined) return known.dialect;
  throw new Error(
    `BACKEND_DIALECT must be auto or one of: ${all.map(({ dialect }) => dialect.name).join(', ')}.`,
  );
}

/**
 * Tells that `auto` has a port alone to go by, or nothing: in the private network, where the service's name says no engine. What the
 * server itself shows is stronger then.
 */
export function goesByPort({ hostname }: URL, more: readonly Preset[] = []): boolean {
  const host = hostname.toLowerCase();
  return isPrivateHost(host) && ![...more, ...presets].some(({ service }) => service?.test(host));
}

function detectDialect({ hostname, port, pathname }: URL, all: readonly Preset[]): BackendDialect {
  const host = hostname.toLowerCase();
  if (host.endsWith('.services.ai.azure.com') && pathname.startsWith('/models/')) {
    return azureFoundryDialect;
  }
  // In the private network the engine shows in the service's name, else in its usual port.
  const found = isPrivateHost(host)
    ? (all.find(({ service }) => service?.test(host) === true) ??
      all.find(({ port: usualPort }) => usualPort !== undefined && usualPort === port))
    : all.find(({ hosts }) => hosts.some((pattern) => isAt(host, pattern)));
  return found?.dialect ?? defaultDialect;
}

function isAt(host: string, pattern: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined
    ? host === pattern || host.endsWith(`.${pattern}`)
    : host.startsWith(start) && host.endsWith(end);
}
