import { maskKey } from './mask-key.js';

type Rule = readonly [pattern: RegExp, replace: (...groups: string[]) => string];

/** The value of these headers, fields and query parameters is a secret, whatever it looks like. */
const words =
  'authorization|api[-_]?key|cookie|access[-_]?token|auth[-_]?token|client[-_]?secret|password';
// The prefix is bounded, since without it a long run of `a-a-a-…` would take quadratic time.
const secretName = `[\\w-]{0,40}(?:${words})`;
const keyPrefix = '(?:sk|pk|rk|cpk|gsk|nvapi|xai|hf|gh[opsu]|fw|tgp)[-_]|AIza|eyJ';

/** Matches a JSON text, or an array or object of texts only. Behind a comma it must not be a key itself. */
const jsonText = '"(?:[^"\\\\]|\\\\.)*"';
const jsonValue = [
  `${jsonText}(?!\\s*:)`,
  `\\[${jsonText}(?:\\s*,\\s*${jsonText})*\\]`,
  `\\{${jsonText}\\s*:\\s*${jsonText}(?:\\s*,\\s*${jsonText}\\s*:\\s*${jsonText})*\\}`,
  '\\[?\\\\{1,63}"[^"\\\\]*(?=\\\\)(?!\\\\{1,63}"\\s*:)',
].join('|');

const rules: readonly Rule[] = [
  // This masks "authorization":"…", "cookie":["…"], ["x-api-key","…"]; also in JSON that was logged as a text, so with \".
  [
    new RegExp(`((?<!\\\\)(\\\\{0,63}")${secretName}\\2\\s*[:,]\\s*)(${jsonValue})`, 'gi'),
    (_all, head = '', _quote, value = '') => head + emptied(value),
  ],
  [
    /\b(Bearer|Basic)(\s+|%20|\+)([\w.~+/=-]+)/gi,
    (_all, scheme, space, key = '') => `${scheme}${space}${maskKey(key)}`,
  ],
  // This masks keys that their prefix gives away, wherever they stand, behind a percent sign of a URL too.
  [
    new RegExp(`(?:\\b|(?<=%[\\dA-Fa-f]{2}))(?:${keyPrefix})[\\w.-]{8,}`, 'g'),
    (key = '') => maskKey(key),
  ],
  // This masks api_key=abc, x-api-key: abc, ?key=abc.
  [
    new RegExp(`(\\b${secretName}\\s*[=:]\\s*|[?&](?:key|token)=)([^\\s"'\\\\&,;()]+)`, 'gi'),
    (all = '', head = '', value = '') => (/^(?:bearer|basic)$/i.test(value) ? all : `${head}***`),
  ],
  // Backends answer "Incorrect API key provided: abc".
  [
    /(api key[\w ]{0,20}:\s*["'\\]*)([^\s"'\\&,;()]+)/gi,
    (_all, head = '', key = '') => head + maskKey(key),
  ],
  // This masks https://user:password@host.
  [/:\/\/[^\s/"\\@]+@/g, () => '://***@'],
];

/** Lets most lines pass with one test. It has to match whatever a rule can match. */
const suspicious = new RegExp(
  `${words}|bearer|basic\\s|api key|[?&](?:key|token)=|://[^\\s/"\\\\@]+@|${keyPrefix}`,
  'i',
);

/**
 * Masks everything that looks like a key in a text, at any depth of JSON in it. What was valid JSON stays so.
 * It runs over whole log lines and dumps, so that no caller has to think of it.
 */
export function scrubSecrets(text: string): string {
  if (!suspicious.test(text)) return text;
  return rules.reduce((scrubbed, [pattern, replace]) => scrubbed.replace(pattern, replace), text);
}

/** Gives the same kind of JSON value without its content; one inside a text keeps its backslashes and stays open. */
function emptied(value: string): string {
  if (value.startsWith('{')) return '{}';
  if (value.startsWith('["')) return '[]';
  return value.startsWith('"') ? '"***"' : `${value.slice(0, value.indexOf('"') + 1)}***`;
}
