import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { isRecord } from '../../../common/json.js';
import { EnvironmentError } from '../../../config/read-environment.js';
import type { RawEnvironment } from '../../../config/raw-environment.js';
import {
  parseTemplateText,
  toPromptTemplate,
  type PromptLibrary,
  type PromptTemplate,
  type TemplateMessage,
} from './prompt-template.js';

/** Has the templates of PROMPTS_DIR; undefined without it. */
export const PROMPT_LIBRARY = Symbol('PROMPT_LIBRARY');

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const roles = ['user', 'assistant', 'system', 'developer'] as const;
const maxFileBytes = 1024 * 1024;
const maxFiles = 2000;

// "10" is newer than "9".
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * Reads PROMPTS_DIR: a folder for each template, named by its id, with a file for each version, `ID/VERSION.md` or
 * `ID/VERSION.yaml`. Files beside the folders, and names that begin with a dot, are not looked at.
 * @throws EnvironmentError with every problem and its file.
 */
export function readPrompts(directory: string): PromptLibrary {
  const problems: string[] = [];
  const say = (file: string, problem: string): void => {
    problems.push(`PROMPTS_DIR ${file === '' ? '' : `${file} `}${problem}`);
  };
  const ids = namesIn(directory, '', say).filter((id) => isFolder(join(directory, id)));
  const files = ids.flatMap((id) =>
    namesIn(join(directory, id), id, say).map((name) => ({ id, name })),
  );
  const library = new Map<string, Map<string, PromptTemplate>>(ids.map((id) => [id, new Map()]));
  if (files.length > maxFiles) say('', `has more than ${maxFiles} files`);
  for (const { id, name } of files.slice(0, maxFiles)) {
    const file = `${id}/${name}`;
    const ending = extname(name);
    const version = name.slice(0, name.length - ending.length);
    const versions = library.get(id);
    try {
      if (!NAME.test(id) || !NAME.test(version))
        throw new Error('must have letters, digits, _, - and . alone in its name');
      if (versions?.has(version)) throw new Error('is a second file of its version');
      versions?.set(version, readTemplate(join(directory, file), ending));
    } catch (error) {
      say(file, wordsOf(error));
    }
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
  return new Map([...library].filter(([, versions]) => versions.size > 0));
}

/** Says what is wrong with PROMPTS_DIR, for the one list of problems at the start. */
export function promptProblems({ PROMPTS_DIR }: RawEnvironment): readonly string[] {
  const directory = PROMPTS_DIR?.trim() ?? '';
  if (directory === '') return [];
  try {
    readPrompts(directory);
    return [];
  } catch (error) {
    return error instanceof EnvironmentError ? error.problems : [`PROMPTS_DIR ${wordsOf(error)}`];
  }
}

/** Lists a folder, the newest version last. */
function namesIn(
  directory: string,
  file: string,
  say: (file: string, problem: string) => void,
): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .sort(compare);
  } catch (error) {
    say(file, wordsOf(error));
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** An error of the file system tells the path of the machine, so its code stands for it. */
function wordsOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return `cannot be read (${code})`;
  return error instanceof Error ? error.message : 'cannot be read';
}

function readTemplate(path: string, ending: string): PromptTemplate {
  if (!['.md', '.yaml', '.yml'].includes(ending)) throw new Error('must end with .md or .yaml');
  const about = statSync(path);
  if (!about.isFile()) throw new Error('must be a file');
  if (about.size > maxFileBytes) throw new Error(`is larger than ${maxFileBytes} bytes`);
  const text = readFileSync(path, 'utf8');
  if (ending === '.md') return toPromptTemplate(parseTemplateText(text.trim()), []);
  const document = parseDocument(text, { prettyErrors: true });
  const [wrong] = document.errors;
  if (wrong !== undefined) throw new Error((wrong.message.split('\n')[0] ?? '').replace(/:$/, ''));
  return readTable(document.toJS({ maxAliasCount: 10 }));
}

function readTable(table: unknown): PromptTemplate {
  if (!isRecord(table)) throw new Error('must hold a table with instructions or messages');
  const { instructions, messages = [], ...others } = table;
  const [strange] = Object.keys(others);
  if (strange !== undefined)
    throw new Error(`${strange} is unknown; there are instructions and messages`);
  if (instructions !== undefined && typeof instructions !== 'string')
    throw new Error('instructions must be a text');
  if (!Array.isArray(messages)) throw new Error('messages must be a list');
  const read = (messages as unknown[]).map(readMessage);
  if (instructions === undefined && read.length === 0)
    throw new Error('must hold instructions or messages');
  return toPromptTemplate(
    instructions === undefined ? undefined : parseTemplateText(instructions),
    read,
  );
}

function readMessage(message: unknown, index: number): TemplateMessage {
  const { role, content, ...others } = isRecord(message) ? message : {};
  const known = roles.find((name) => name === role);
  if (known === undefined)
    throw new Error(`messages[${index}].role must be one of: ${roles.join(', ')}`);
  if (typeof content !== 'string') throw new Error(`messages[${index}].content must be a text`);
  const [strange] = Object.keys(others);
  if (strange !== undefined) throw new Error(`messages[${index}].${strange} is unknown`);
  return { role: known, content: parseTemplateText(content) };
}
