import { kindFromWording } from './read-source.mjs';

/** A longer question would be some megabytes, and dear where it is answered after all. */
const LONGEST_CONTEXT = 300_000;
const LONGEST_PATTERN = 120;

/**
 * Asks more than fits into the context, which a backend refuses before it thinks, and reads in what words it does.
 * @returns the field of a profile where the service does not know these words, and remarks.
 */
export async function overflowOf(ask, limit, contextWindow) {
  if (contextWindow === undefined || contextWindow > LONGEST_CONTEXT)
    return {
      fields: {},
      remarks: ['overflow: the context is not known, or too long to ask; say it with --context'],
    };
  const content = 'word '.repeat(Math.ceil(contextWindow * 1.25) + 64);
  const { status, text, taken } = await ask({ messages: [{ role: 'user', content }] }, limit);
  if (taken)
    return {
      fields: {},
      remarks: ['overflow: a conversation that is too long is cut without a word'],
    };
  if ([401, 403, 408, 429].includes(status))
    return { fields: {}, remarks: ['overflow: not told (a limit, or an outage); ask again'] };
  if (kindFromWording(text) === 'context_length')
    return { fields: {}, remarks: ['overflow: refused in words that the service knows'] };
  return { fields: { overflowPatterns: [patternOf(messageOf(text))] }, remarks: [] };
}

function messageOf(text) {
  try {
    const body = JSON.parse(text);
    const told = body?.error?.message ?? body?.message ?? body?.detail ?? body?.error;
    return typeof told === 'string' ? told : text;
  } catch {
    return text;
  }
}

/** Numbers differ from one conversation to the next. */
function patternOf(message) {
  const escaped = message
    .slice(0, LONGEST_PATTERN)
    .trim()
    .replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  return escaped.replace(/\d+/g, '\\d+');
}
