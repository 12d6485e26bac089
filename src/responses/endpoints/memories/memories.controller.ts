import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { emptyAnswer } from '../../../common/error-table.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import { ResponseSender } from '../../delivery/response-sender.service.js';
import { responseCall } from '../../pipeline/call/response-call.js';
import { ResponsePipeline } from '../../pipeline/response-pipeline.service.js';
import { addUsage } from '../../translator/stream/chunk/convert-usage.js';
import { readTraceSummary, traceRequests, type TraceSummary } from './trace-summary.js';

/** Codex asks here what it shall remember of earlier sessions. The model answers, one trace after the other. */
@Controller('v1/memories')
export class MemoriesController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly responses: ResponsePipeline,
    private readonly sender: ResponseSender,
  ) {}

  /** Answers 200 with `{output: [{trace_summary, memory_summary}]}`, in the order of the traces. */
  @Post('trace_summarize')
  @HttpCode(200)
  async summarize(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ output: TraceSummary[] }> {
    const { outcome } = request;
    const output: TraceSummary[] = [];
    let usage: ResponseResource['usage'] = null;
    for (const asked of traceRequests(body)) {
      const call = responseCall(request, outcome, this.settings);
      const prepared = await this.responses.prepare(asked, call);
      const response = await this.sender.collect(prepared, call, reply);
      usage = addUsage(usage, response.usage);
      output.push(readTraceSummary(textOf(response)));
    }
    outcome.usage = usage;
    return { output };
  }
}

/** @throws ApiError 502 when the model has said nothing. */
function textOf({ output }: ResponseResource): string {
  const text = output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'refusal' ? part.refusal : part.text))
    .join('\n');
  if (text.trim() === '') throw emptyAnswer();
  return text;
}
