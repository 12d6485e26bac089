import { Inject, Injectable } from '@nestjs/common';
import { told } from '../../../common/describe-value.js';
import { invalidRequest, unsupported } from '../../../common/error-table.js';
import { invalidType, missingParameter } from '../../../common/field-errors.js';
import { isRecord } from '../../../common/json.js';
import { notFound } from '../../../common/state-errors.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { checkLimits } from '../../validation/request-limits.js';
import { TemplateFiller } from './fill-template.js';
import type { PromptLibrary, PromptTemplate } from './prompt-template.js';
import { readPromptVariables } from './prompt-variables.js';
import { PROMPT_LIBRARY } from './read-prompts.js';

const fields = new Set(['id', 'version', 'variables']);
const longestList = 20;

/** Writes an operator's template into a request that names it. */
@Injectable()
export class PromptTemplates {
  constructor(
    @Inject(PROMPT_LIBRARY) private readonly library: PromptLibrary | undefined,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Gives the request with the template's instructions, unless it has its own, and with the template's messages before all others.
   * Its `prompt` tells the version from then on.
   * @param before is what a hook was given: the template that it names already stands in the request.
   * @throws ApiError 400 or 413 about `prompt`, 404 for a template that is not there.
   */
  expand(request: CreateResponseBody, before?: CreateResponseBody): CreateResponseBody {
    const { prompt } = request;
    if (prompt === undefined || prompt === null || prompt === before?.prompt) return request;
    if (this.library === undefined)
      throw unsupported('Stored prompt templates are not supported.', 'prompt');
    const { version, template, variables } = find(prompt, this.library);
    const { limits } = this.settings;
    const values = readPromptVariables(variables, template.variables);
    const filler = new TemplateFiller(values, limits.inputBytes);
    const { instructions } = template;
    const own = instructions === undefined ? undefined : filler.text(instructions);
    const messages = template.messages.map((message) => filler.message(message));
    const expanded = {
      ...request,
      prompt: { ...prompt, version },
      instructions: request.instructions ?? own ?? null,
      messages: [...messages, ...(request.messages ?? [])],
    };
    checkLimits(expanded, limits);
    return expanded;
  }
}

function find(
  prompt: unknown,
  library: PromptLibrary,
): { version: string; template: PromptTemplate; variables: unknown } {
  if (!isRecord(prompt)) throw invalidType('prompt', 'an object', prompt);
  const { id, version, variables } = prompt;
  const strange = Object.keys(prompt).find((field) => !fields.has(field));
  if (strange !== undefined)
    throw invalidRequest(`Unknown parameter: 'prompt.${told(strange)}'.`, `prompt.${strange}`);
  if (id === undefined || id === null) throw missingParameter('prompt.id');
  if (typeof id !== 'string') throw invalidType('prompt.id', 'a string', id);
  const versions = library.get(id);
  if (versions === undefined)
    throw notFound(`Prompt '${told(id)}' not found. ${listed(library)}`, 'prompt.id');
  const wanted = version ?? [...versions.keys()].at(-1);
  if (typeof wanted !== 'string') throw invalidType('prompt.version', 'a string', version);
  const template = versions.get(wanted);
  if (template === undefined)
    throw notFound(
      `Version '${told(wanted)}' of prompt '${told(id)}' not found. ${listed(versions)}`,
      'prompt.version',
    );
  return { version: wanted, template, variables };
}

/** The newest versions stand last. */
function listed(found: ReadonlyMap<string, unknown>): string {
  const names = [...found.keys()];
  if (names.length === 0) return 'There are none.';
  const last = names.slice(-longestList).map((name) => `'${name}'`);
  const more = names.length - last.length;
  return `There are: ${more > 0 ? `${more} more and ` : ''}${last.join(', ')}.`;
}
