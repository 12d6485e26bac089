import { isRecord } from '../../../../common/json.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';

const NOTE = 'Done. This screenshot is old and was left out.';

/** Puts a note in the place of all screenshots but the newest, as many as the dialect says. */
export function withNewestScreenshots(
  history: readonly InputItem[],
  input: readonly InputItem[],
  { screenshots: most }: BackendDialect,
  warnings: WarningCollector,
): { history: readonly InputItem[]; input: readonly InputItem[] } {
  const all = [...history, ...input];
  const shown = all.flatMap((item, index) => (isScreenshot(item) ? [index] : []));
  if (most === 0 || shown.length <= most) return { history, input };
  const old = new Set(shown.slice(0, -most));
  const message = `Of ${shown.length} screenshots the newest ${most} were sent.`;
  warnings.add('content_part_dropped', null, message);
  const kept = all.map((item, index) => (old.has(index) ? { ...item, output: NOTE } : item));
  return { history: kept.slice(0, history.length), input: kept.slice(history.length) };
}

function isScreenshot(item: unknown): boolean {
  return isRecord(item) && item.type === 'computer_call_output' && isRecord(item.output);
}
