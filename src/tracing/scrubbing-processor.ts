import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { scrubSecrets } from '../logging/scrub-secrets.js';

/**
 * Masks what looks like a key in the name and the attributes of every span before it is exported, so that nobody who sets one
 * has to think of it: paths, ids, models and reasons are words of clients and backends.
 */
export class ScrubbingProcessor implements SpanProcessor {
  onStart(): void {
    // What a span says is looked at when all has been said.
  }

  onEnding(span: Parameters<NonNullable<SpanProcessor['onEnding']>>[0]): void {
    span.updateName(scrubSecrets(span.name));
    for (const [name, value] of Object.entries(span.attributes)) {
      if (typeof value === 'string') span.setAttribute(name, scrubSecrets(value));
      else if (Array.isArray(value)) span.setAttribute(name, value.map(scrubbedText));
    }
  }

  onEnd(): void {
    // The span cannot be changed any more.
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Lists are of texts here. */
function scrubbedText(value: unknown): string {
  return scrubSecrets(String(value));
}
