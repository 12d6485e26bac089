import { Inject, Injectable, Logger } from '@nestjs/common';
import { monotonicClock } from '../../../common/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import {
  TOOL_EXECUTORS,
  ToolFailure,
  type HostedRequest,
  type ToolExecutor,
} from './tool-executor.port.js';
import type { ToolSession } from './tool-executor.port.js';
import type { HostedTools, Translation } from '../translation/translation.js';
import { ToolLoop } from './tool-loop.js';
import { ToolTurns } from './tool-turns.js';

/** Gives the tools as far as they are known before any of them is asked. */
export function beforeTools(sessions: readonly ToolSession[]): HostedTools {
  const adapters = sessions.flatMap((session) => session.adapters);
  const mayBring = sessions.some((session) => session.prepare !== undefined);
  return { adapters, outputs: new Map(), hasBegun: false, mayBring };
}

/** Knows which tools this service runs. */
@Injectable()
export class ToolHost {
  private readonly logger = new Logger(ToolHost.name);

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(TOOL_EXECUTORS) private readonly executors: readonly ToolExecutor[],
  ) {}

  /** The sessions for the tools of a request that are run here; none for most requests. @throws ApiError 400 with `param`. */
  open(request: HostedRequest): readonly ToolSession[] {
    const { tools } = request.body;
    if (this.executors.length === 0 || !tools?.length) return [];
    const types = new Set(tools.map(({ type }) => type));
    return this.executors
      .filter(({ toolTypes }) => toolTypes.some((type) => types.has(type)))
      .flatMap((executor) => executor.open(request) ?? []);
  }

  /** Gives what is done between the answers of one response, where any tool of it is run here. */
  between(
    sessions: readonly ToolSession[],
    request: CreateResponseBody,
    translation: Translation,
  ): ToolTurns | undefined {
    if (sessions.length === 0) return undefined;
    const { stream } = translation;
    const limits = { ...this.settings.tools, calls: request.max_tool_calls ?? undefined };
    const report = (tool: string, message: string, error: unknown): void => {
      const text = `A call of '${tool}' that ran here failed: ${message}`;
      translation.answerWarnings.add('tool_failed', null, text);
      if (!(error instanceof ToolFailure)) this.logger.warn({ err: error }, text);
    };
    const loop = new ToolLoop(sessions, stream, limits, () => monotonicClock.now(), report);
    return new ToolTurns(loop, request, translation);
  }
}
