import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CLOCK, type Clock } from '../common/clock.js';
import { unknownUrl } from '../common/error-table.js';
import { CallerBooks } from './caller-books.js';
import { daysAsked, usagePage, type UsageQuery } from './usage-page.js';

/** Tells a caller of CALLERS_FILE what it has used, and how much of its limits. */
@Controller(['v1/usage', 'usage', 'v1/organization/usage/completions'])
export class UsageController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Get()
  async read(@Req() request: FastifyRequest, @Query() query: UsageQuery): Promise<object> {
    const account = request.identity?.account;
    // Of others nothing is counted.
    if (!(account instanceof CallerBooks)) throw unknownUrl('GET', '/v1/usage');
    const { usage, terms } = account;
    const days = daysAsked(query, this.clock.now());
    const [used, limits] = await Promise.all([usage.onDays(days), usage.usedOf(terms.limits)]);
    const pairs = used.map((one, index) => [days[index] ?? 0, one] as const);
    return usagePage(terms, pairs, limits);
  }
}
