import { parseJson } from '../../../../common/json.js';

type State =
  'before-object' | 'before-key' | 'key' | 'after-key' | 'before-value' | 'other' | 'input' | 'end';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/**
 * Takes the JSON text `{"input": "…"}` in fragments of any size and gives back the decoded value of `input` as it comes,
 * so that a client sees a patch grow instead of waiting for its end. Other keys may stand around it.
 * Arguments of another shape are not an error here: `streaming` stays false, and the caller looks at the whole text.
 */
export class CustomInputUnwrapper {
  /** Tells that the value of `input` was found, so what `push` gives back is all there will be. */
  streaming = false;

  private state: State = 'before-object';
  private key = '';
  /** Holds the escape sequence so far, from its backslash. */
  private escape = '';
  private depth = 0;
  private inString = false;
  /** Holds the first half of a surrogate pair: half a character must not leave in a delta of its own. */
  private heldSurrogate = '';

  /** @param wanted is the key whose value is given back. */
  constructor(private readonly wanted = 'input') {}

  push(fragment: string): string {
    let text = this.heldSurrogate;
    this.heldSurrogate = '';
    for (let index = 0; index < fragment.length && this.state !== 'end';) {
      if (this.state === 'input' && this.escape === '') {
        const stop = plainRunEnd(fragment, index);
        text += fragment.slice(index, stop);
        index = stop;
        if (index === fragment.length) break;
      }
      text += this.step(fragment.charAt(index));
      index++;
    }
    if (this.state === 'end' || !endsInHighSurrogate(text)) return text;
    this.heldSurrogate = text.slice(-1);
    return text.slice(0, -1);
  }

  private step(character: string): string {
    switch (this.state) {
      case 'key':
        this.readKey(character);
        return '';
      case 'other':
        this.skipValue(character);
        return '';
      case 'input':
        return this.readInput(character);
      case 'before-object':
      case 'before-key':
      case 'after-key':
      case 'before-value':
        if (character.trim() !== '') this.structure(this.state, character);
        return '';
      case 'end':
        return '';
    }
  }

  private structure(
    state: 'before-object' | 'before-key' | 'after-key' | 'before-value',
    character: string,
  ): void {
    if (state === 'before-value') {
      this.openValue(character);
    } else if (state === 'before-key' && character === '"') {
      this.key = '';
      this.state = 'key';
    } else if (state === 'before-object' && character === '{') {
      this.state = 'before-key';
    } else if (state === 'after-key' && character === ':') {
      this.state = 'before-value';
    } else if (state !== 'before-key' || character !== ',') {
      this.state = 'end';
    }
  }

  private openValue(character: string): void {
    if (this.key === this.wanted && character === '"') {
      this.streaming = true;
      this.state = 'input';
      return;
    }
    this.depth = 0;
    this.state = 'other';
    this.skipValue(character);
  }

  private readKey(character: string): void {
    if (this.escape !== '') {
      this.key += this.escape + character;
      this.escape = '';
    } else if (character === '\\') {
      this.escape = character;
    } else if (character === '"') {
      this.key = String(parseJson(`"${this.key}"`));
      this.state = 'after-key';
    } else {
      this.key += character;
    }
  }

  private skipValue(character: string): void {
    if (this.escape !== '') {
      this.escape = '';
    } else if (this.inString) {
      if (character === '\\') this.escape = character;
      if (character === '"') this.inString = false;
    } else if (character === '"') {
      this.inString = true;
    } else if (character === '{' || character === '[') {
      this.depth++;
    } else if (this.depth > 0) {
      if (character === '}' || character === ']') this.depth--;
    } else if (character === ',') {
      this.state = 'before-key';
    } else if (character === '}') {
      this.state = 'end';
    }
  }

  private readInput(character: string): string {
    if (this.escape !== '') return this.readEscape(character);
    if (character === '\\') this.escape = character;
    else this.state = 'end';
    return '';
  }

  /** Reads an escape. One that JSON does not know (`\d` in a regular expression) is text that the model forgot to escape. */
  private readEscape(character: string): string {
    const escape = this.escape + character;
    if (escape === '\\u' || (/^\\u[0-9a-fA-F]+$/.test(escape) && escape.length < 6)) {
      this.escape = escape;
      return '';
    }
    this.escape = '';
    if (/^\\u[0-9a-fA-F]{4}$/.test(escape)) {
      return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
    }
    if (escape.length === 2) return SHORT_ESCAPES[character] ?? escape;
    // The \u is broken: what was read is text, and this character may still end the string.
    const head = escape.slice(0, -1);
    return character === '"' || character === '\\'
      ? head + this.readInput(character)
      : head + character;
  }
}

/** Gives the index of the next character that is not plain text of a JSON string. */
function plainRunEnd(fragment: string, from: number): number {
  let index = from;
  for (; index < fragment.length; index++) {
    const unit = fragment.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) break;
  }
  return index;
}

function endsInHighSurrogate(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}
