import type { BackendDialect } from '../../translator/dialect/dialect.js';

/** Says what a server tells of the model that it serves. */
export interface ServerProps {
  dialect: Partial<BackendDialect>;
  /** Counts tokens. */
  contextWindow?: number;
}

/** How each capability that the chat template lacks is made up for. */
const madeUpFor: Readonly<Record<string, Partial<BackendDialect>>> = {
  supports_tool_calls: { toolTelling: 'calls_as_text', toolCallRescue: true },
  supports_tools: { toolTelling: 'all_as_text', toolCallRescue: true },
  supports_parallel_tool_calls: { oneCallPerTurn: true },
  supports_system_role: { systemRole: 'user' },
};

/**
 * Reads what llama-server's `GET /props` tells of its chat template and of the model's senses (ggml-org/llama.cpp,
 * `tools/server/server-context.cpp` and `common/jinja/caps.cpp`, 2026). Gives undefined for what is no answer of it. It imports
 * nothing but types, so that `npm run probe` reads it without a build.
 */
export function readServerProps(answer: unknown): ServerProps | undefined {
  const props = recordOf(answer);
  if (typeof props?.chat_template !== 'string') return undefined;
  const capabilities = recordOf(props.chat_template_caps) ?? {};
  const lacking = Object.entries(madeUpFor).filter(([name]) => capabilities[name] === false);
  const isBlind = recordOf(props.modalities)?.vision === false;
  const contextWindow = recordOf(props.default_generation_settings)?.n_ctx;
  return {
    dialect: Object.assign(
      {},
      ...lacking.map(([, fields]) => fields),
      isBlind ? { images: 'none' } : {},
    ) as Partial<BackendDialect>,
    ...(typeof contextWindow === 'number' && contextWindow > 0 ? { contextWindow } : {}),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
