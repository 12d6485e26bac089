import { invalidRequest, payloadTooLarge } from '../../../common/error-table.js';
import type { TemplateMessage, TemplateText } from './prompt-template.js';
import { paramOf, type PromptVariable } from './prompt-variables.js';

/** Puts values into the texts of one template, once and from left to right: what a value holds is never looked into. */
export class TemplateFiller {
  private characters = 0;
  private readonly lengths: ReadonlyMap<string, number>;

  /** @param most characters that all texts and parts may have together: a template may name a long value many times. */
  constructor(
    private readonly values: ReadonlyMap<string, PromptVariable>,
    private readonly most: number,
  ) {
    this.lengths = new Map(
      [...values].map(([name, value]) => [
        name,
        typeof value === 'string' ? value.length : JSON.stringify(value).length,
      ]),
    );
  }

  /** @throws ApiError 400 for a part, since there is no place for it in a text, and 413. */
  text(template: TemplateText): string {
    const pieces = this.fill(template);
    const index = pieces.findIndex((piece) => typeof piece !== 'string');
    const wrong = template[index];
    if (typeof wrong === 'object')
      throw invalidRequest(
        `'${paramOf(wrong.variable)}' must be a text: the template has it outside of a user's message.`,
        paramOf(wrong.variable),
        'invalid_type',
      );
    return pieces.filter((piece) => typeof piece === 'string').join('');
  }

  /** Gives a message of the conversation. Images and files become parts of their own where they stand in the text. */
  message({ role, content }: TemplateMessage): { role: string; content: unknown } {
    if (role !== 'user') return { role, content: this.text(content) };
    const pieces = this.fill(content);
    if (pieces.every((piece) => typeof piece === 'string'))
      return { role, content: pieces.join('') };
    const parts = pieces
      .filter((piece) => piece !== '')
      .map((piece) => (typeof piece === 'string' ? { type: 'input_text', text: piece } : piece));
    return { role, content: parts };
  }

  private fill(template: TemplateText): PromptVariable[] {
    return template.map((piece) => {
      const isText = typeof piece === 'string';
      this.characters += isText ? piece.length : (this.lengths.get(piece.variable) ?? 0);
      if (this.characters > this.most)
        throw payloadTooLarge(
          `The prompt with its variables is longer than ${this.most} characters.`,
          'prompt.variables',
        );
      return isText ? piece : (this.values.get(piece.variable) ?? '');
    });
  }
}
