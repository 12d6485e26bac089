import { BASE_INSTRUCTIONS } from './base-instructions.js';
import type { ListedModel } from './listed-model.js';

/** Says what the operator knows better than the backend's list. */
export interface CatalogProfile {
  displayName?: string;
  /** Counts tokens. */
  contextWindow?: number;
  efforts?: readonly string[];
}

/** Says what the way to the backend can carry. */
export interface CatalogAbilities {
  images: boolean;
  /** Another model describes images for one that takes none. */
  describesImages: boolean;
  effort: boolean;
  verbosity: boolean;
  parallelToolCalls: boolean;
}

/** This is one entry of Codex's catalogue. One wrong entry spoils the whole list. Source: docs/codex.md. */
export interface CodexModel {
  slug: string;
  display_name: string;
  base_instructions: string;
  supported_reasoning_levels: { effort: string; description: string }[];
  default_reasoning_level?: string;
  default_reasoning_summary?: 'auto';
  shell_type: 'unified_exec';
  visibility: 'list';
  supported_in_api: true;
  priority: number;
  support_verbosity: boolean;
  truncation_policy: { mode: 'tokens'; limit: number };
  experimental_supported_tools: string[];
  apply_patch_tool_type: 'freeform';
  supports_parallel_tool_calls: boolean;
  supports_search_tool: boolean;
  input_modalities: ('text' | 'image')[];
  context_window?: number;
}

/** One tool output may have so many tokens. */
const TOOL_OUTPUT_LIMIT = 10_000;

/** Says of a model only what is known: an unknown context window is left out, images are offered where both sides take them. */
export function toCodexModel(
  listed: ListedModel,
  profile: CatalogProfile,
  abilities: CatalogAbilities,
  priority: number,
): CodexModel {
  const efforts = effortsOf(listed, profile, abilities);
  const contextWindow = profile.contextWindow ?? listed.contextWindow;
  return {
    slug: listed.id,
    display_name: profile.displayName ?? listed.displayName ?? listed.id,
    base_instructions: BASE_INSTRUCTIONS,
    supported_reasoning_levels: efforts.map((effort) => ({
      effort,
      description: `Reasoning effort ${effort}`,
    })),
    ...defaultReasoning(efforts),
    shell_type: 'unified_exec',
    visibility: 'list',
    supported_in_api: true,
    priority,
    support_verbosity: abilities.verbosity,
    truncation_policy: { mode: 'tokens', limit: TOOL_OUTPUT_LIMIT },
    experimental_supported_tools: [],
    apply_patch_tool_type: 'freeform',
    supports_parallel_tool_calls: abilities.parallelToolCalls,
    supports_search_tool: false,
    input_modalities:
      abilities.describesImages || (listed.images && abilities.images)
        ? ['text', 'image']
        : ['text'],
    ...(contextWindow === undefined ? {} : { context_window: contextWindow }),
  };
}

function effortsOf(
  { reasoning }: ListedModel,
  { efforts }: CatalogProfile,
  abilities: CatalogAbilities,
): readonly string[] {
  if (efforts !== undefined) return efforts;
  return reasoning && abilities.effort ? ['low', 'medium', 'high'] : [];
}

function defaultReasoning(efforts: readonly string[]): Partial<CodexModel> {
  const level = efforts.includes('medium') ? 'medium' : efforts[0];
  if (level === undefined) return {};
  return { default_reasoning_level: level, default_reasoning_summary: 'auto' };
}
