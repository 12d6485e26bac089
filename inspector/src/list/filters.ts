import type { RequestSummary } from '../../../src/inspector/views/contract.js';

export interface Filters {
  text: string;
  model: string;
  status: string;
  warning: string;
}

export const noFilters: Filters = { text: '', model: '', status: '', warning: '' };

/** These are the kinds of endings that one looks for. */
export const statuses = ['running', 'completed', 'refused', 'failed'] as const;

export function statusOf(request: RequestSummary): (typeof statuses)[number] {
  const { isOver, status = 0, responseStatus } = request;
  if (!isOver) return 'running';
  if (responseStatus === 'failed' || status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'completed';
}

export function matches(request: RequestSummary, filters: Filters): boolean {
  const { text, model, status, warning } = filters;
  return (
    (text === '' || request.requestId.includes(text)) &&
    (model === '' || request.model === model) &&
    (status === '' || statusOf(request) === status) &&
    (warning === '' || Object.hasOwn(request.warnings, warning))
  );
}
