/**
 * Holds a literal or call in Python's notation, and where it ends. A reader gives undefined for what is not whole, or something
 * else.
 */
export interface Read<Value> {
  value: Value;
  end: number;
}

export interface PythonCall {
  name: string;
  values: Record<string, unknown>;
}

const DEEPEST = 32;

/** Reads `name(key=literal, …)`, and `name.call(…)`, which is Llama's way to say the same. */
export function readPythonCall(text: string, start: number): Read<PythonCall> | undefined {
  const head = /([A-Za-z_][\w.-]{0,127})\(/y;
  head.lastIndex = start;
  const match = head.exec(text);
  if (match === null) return undefined;
  const values: Record<string, unknown> = {};
  const key = /\s*([A-Za-z_]\w{0,127})\s*=\s*/y;
  for (let at = head.lastIndex; ;) {
    at = skipSeparators(text, at);
    if (text[at] === ')') return { value: { name: match[1] ?? '', values }, end: at + 1 };
    key.lastIndex = at;
    const named = key.exec(text);
    const read = named === null ? undefined : readLiteral(text, key.lastIndex, 0);
    if (named === null || read === undefined) return undefined;
    values[named[1] ?? ''] = read.value;
    at = read.end;
  }
}

function readLiteral(text: string, start: number, depth: number): Read<unknown> | undefined {
  if (depth > DEEPEST) return undefined;
  const sign = text[start];
  if (sign === '"' || sign === "'") return readText(text, start, sign);
  if (sign === '[' || sign === '(') return readList(text, start, depth, sign === '[' ? ']' : ')');
  if (sign === '{') return readTable(text, start, depth);
  const word = /(?:[Tt]rue|[Ff]alse|None|null)\b|-?\d{1,32}(?:\.\d{1,32})?(?:[eE][+-]?\d{1,4})?/y;
  word.lastIndex = start;
  const match = word.exec(text);
  return match === null ? undefined : { value: valueOf(match[0]), end: word.lastIndex };
}

function valueOf(word: string): unknown {
  if (/^t/i.test(word)) return true;
  if (/^f/i.test(word)) return false;
  return /^n/i.test(word) ? null : Number(word);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\n': '',
};

function readText(text: string, start: number, quote: string): Read<string> | undefined {
  const triple = quote.repeat(3);
  const fence = text.startsWith(triple, start) ? triple : quote;
  const parts: string[] = [];
  let from = start + fence.length;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') {
      const next = text[at + 1];
      if (next === undefined) return undefined;
      const code = /[uU]([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})/y;
      code.lastIndex = at + 1;
      const match = code.exec(text);
      const unicode = match?.[1] ?? match?.[2];
      parts.push(text.slice(from, at));
      parts.push(
        unicode === undefined
          ? (ESCAPES[next] ?? next)
          : String.fromCharCode(Number.parseInt(unicode, 16)),
      );
      at += match?.[0].length ?? 1;
      from = at + 1;
    } else if (text.startsWith(fence, at)) {
      parts.push(text.slice(from, at));
      return { value: parts.join(''), end: at + fence.length };
    }
  }
  return undefined;
}

function readList(
  text: string,
  start: number,
  depth: number,
  close: string,
): Read<unknown[]> | undefined {
  const values: unknown[] = [];
  for (let at = start + 1; ;) {
    at = skipSeparators(text, at);
    if (text[at] === close) return { value: values, end: at + 1 };
    const read = readLiteral(text, at, depth + 1);
    if (read === undefined) return undefined;
    values.push(read.value);
    at = read.end;
  }
}

function readTable(
  text: string,
  start: number,
  depth: number,
): Read<Record<string, unknown>> | undefined {
  const values: [string, unknown][] = [];
  for (let at = start + 1; ;) {
    at = skipSeparators(text, at);
    if (text[at] === '}') return { value: Object.fromEntries(values), end: at + 1 };
    const key = readLiteral(text, at, depth + 1);
    if (key === undefined) return undefined;
    at = skipSpaces(text, key.end);
    if (text[at] !== ':') return undefined;
    const read = readLiteral(text, skipSpaces(text, at + 1), depth + 1);
    if (read === undefined) return undefined;
    values.push([String(key.value), read.value]);
    at = read.end;
  }
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text.charAt(at))) at++;
  return at;
}

function skipSeparators(text: string, start: number): number {
  let at = start;
  while (/[\s,]/.test(text.charAt(at))) at++;
  return at;
}
