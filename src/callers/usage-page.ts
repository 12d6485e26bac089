import { invalidRequest, unsupported } from '../common/error-table.js';
import type { DayUsage, LimitUsed } from './caller-usage.js';

const day = 86_400_000;
const mostDays = 31;
const usualDays = 7;

/** What of OpenAI's usage API is read of a query (`GET /v1/organization/usage/completions`, November 2026). */
export interface UsageQuery {
  start_time?: string;
  end_time?: string;
  bucket_width?: string;
  limit?: string;
}

const readNames = new Set(['start_time', 'end_time', 'bucket_width', 'limit']);

/** Days of UTC, the oldest first, each by the moment at which it begins. @throws ApiError 400. */
export function daysAsked(query: UsageQuery, now: number): number[] {
  for (const name of Object.keys(query))
    if (!readNames.has(name)) throw unsupported('Usage is told by day alone.', name);
  const { bucket_width: width = '1d' } = query;
  if (width !== '1d') throw invalidRequest("Usage is kept by day: '1d'.", 'bucket_width');
  const limit = numberIn(query, 'limit');
  if (limit !== undefined && (limit < 1 || limit > mostDays))
    throw invalidRequest(`It must be from 1 to ${mostDays}.`, 'limit');
  const endsAt = Math.min(now + 1, (numberIn(query, 'end_time') ?? Infinity) * 1000);
  const lastDay = Math.floor((endsAt - 1) / day);
  const asked = numberIn(query, 'start_time');
  const firstDay =
    asked === undefined ? lastDay - (limit ?? usualDays) + 1 : Math.floor((asked * 1000) / day);
  const count = Math.min(limit ?? mostDays, Math.max(0, lastDay - firstDay + 1));
  return Array.from({ length: count }, (_, index) => (firstDay + index) * day);
}

/** Makes the page in the form of OpenAI's usage API, each result with its cost, and beside it what is used of the limits. */
export function usagePage(
  caller: { name: string; currency: string },
  days: readonly (readonly [startsAt: number, usage: DayUsage])[],
  limits: readonly LimitUsed[],
): object {
  return {
    object: 'page',
    data: days.map(([startsAt, usage]) => ({
      object: 'bucket',
      start_time: startsAt / 1000,
      end_time: (startsAt + day) / 1000,
      results: usage.calls === 0 ? [] : [resultOf(usage, caller.currency)],
    })),
    has_more: false,
    next_page: null,
    caller: caller.name,
    limits: limits.map(({ name, limit, used, endsAt }) => ({
      name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      limit,
      used,
      remaining: Math.max(0, limit - used),
      resets_at: endsAt / 1000,
    })),
  };
}

function resultOf({ calls, input, cached, output, cost }: DayUsage, currency: string): object {
  return {
    object: 'organization.usage.completions.result',
    input_tokens: input,
    input_cached_tokens: cached,
    output_tokens: output,
    input_audio_tokens: 0,
    output_audio_tokens: 0,
    num_model_requests: calls,
    project_id: null,
    user_id: null,
    api_key_id: null,
    model: null,
    batch: null,
    amount: { value: cost, currency: currency.toLowerCase() },
  };
}

function numberIn(query: UsageQuery, name: keyof UsageQuery): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw invalidRequest('It must be a whole number.', name);
  return Number(text);
}
