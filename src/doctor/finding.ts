import { scrubSecrets } from '../logging/scrub-secrets.js';

/** Makes one line of the table. A `fail` keeps the service from doing its work, a `warn` will one day. */
export interface Finding {
  check: string;
  result: 'ok' | 'warn' | 'fail' | 'skip';
  detail: string;
}

/** Makes one check. What it throws is its failure, in the error's words without secrets. */
export async function find(
  check: string,
  examine: () => Promise<Omit<Finding, 'check'> | string>,
): Promise<Finding> {
  const startedAt = performance.now();
  try {
    const found = await examine();
    const ms = Math.round(performance.now() - startedAt);
    if (typeof found === 'string') return { check, result: 'ok', detail: `${found} (${ms} ms)` };
    return { check, ...found };
  } catch (error) {
    const detail = error instanceof Error ? causeOf(error) : String(error);
    return { check, result: 'fail', detail: scrubSecrets(detail) };
  }
}

/** An error of ours hides the network's own words, which an operator needs. */
function causeOf(error: Error): string {
  return error.cause instanceof Error
    ? `${error.message} ${error.cause.message}`.trim()
    : error.message;
}

export function toTable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, result, detail }) => `${result.padEnd(4)}  ${check.padEnd(width)}  ${detail}\n`)
    .join('');
}
