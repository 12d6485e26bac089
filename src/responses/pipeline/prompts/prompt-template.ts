/** Has text, and between it the variables that stand in `{{ }}`. */
export type TemplateText = readonly (string | { variable: string })[];

export interface TemplateMessage {
  role: 'user' | 'assistant' | 'system' | 'developer';
  content: TemplateText;
}

export interface PromptTemplate {
  instructions: TemplateText | undefined;
  messages: readonly TemplateMessage[];
  /** All variables of the texts; a request has to give each of them and no other. */
  variables: ReadonlySet<string>;
}

/** Holds the templates by their id, each by its version, the newest version last. */
export type PromptLibrary = ReadonlyMap<string, ReadonlyMap<string, PromptTemplate>>;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Finds the variables of an operator's text. @throws Error with a message for the operator, without the text. */
export function parseTemplateText(text: string): TemplateText {
  const pieces: (string | { variable: string })[] = [];
  let from = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', from)) {
    const close = text.indexOf('}}', open);
    const variable = close === -1 ? '' : text.slice(open + 2, close).trim();
    if (!VARIABLE.test(variable)) {
      const line = text.slice(0, open).split('\n').length;
      throw new Error(`line ${line} of a text has {{ without the name of a variable and }}`);
    }
    if (open > from) pieces.push(text.slice(from, open));
    pieces.push({ variable });
    from = close + 2;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

export function toPromptTemplate(
  instructions: TemplateText | undefined,
  messages: readonly TemplateMessage[],
): PromptTemplate {
  const texts = [instructions ?? [], ...messages.map(({ content }) => content)];
  const names = texts.flat().flatMap((piece) => (typeof piece === 'string' ? [] : piece.variable));
  return { instructions, messages, variables: new Set(names) };
}
