import { createHash, randomBytes } from 'node:crypto';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { CallerLimits } from '../common/caller-limits.js';
import { parseCallersFile, type NamedCaller } from './read-callers-file.js';
import { readMoment } from './read-moment.js';

/** What a new caller may do, as the file has it. */
export interface CallerTerms extends CallerLimits {
  models?: readonly string[];
  expires?: string;
}

export interface EditedFile {
  text: string;
  /** It is nowhere else: the file has its hash alone. */
  key: string;
}

/** Something that was asked for cannot be done; the message says why. */
export class EditError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EditError';
  }
}

/** Heads a new file. */
const HEAD = ` Callers of the proxy (CALLERS_FILE), made by \`npm run keys\`: docs/callers.md.
 Keys stand here as their SHA-256 alone.`;

/** These functions edit the text of a file, and keep its comments. The text of no file is empty. */
export function addCaller(text: string, name: string, terms: CallerTerms, now: Date): EditedFile {
  const document = open(text);
  if (document.hasIn(['callers', name])) {
    throw new EditError(`${name} is there already; \`rotate\` gives it another key.`);
  }
  const key = newKey();
  const { models, ...others } = terms;
  const caller = document.createNode({
    id: `caller_${randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')}`,
    keys: [entryOf(key, now)],
    ...(models === undefined ? {} : { models }),
    ...others,
  });
  document.setIn(['callers', name], caller);
  return { text: checked(document), key };
}

/**
 * Gives a caller another key. The keys that it has end at once, or, where `overlapMs` is said, so many milliseconds from now.
 */
export function rotateKey(text: string, name: string, overlapMs: number, now: Date): EditedFile {
  const document = open(text);
  const keys = keysOf(document, name);
  const key = newKey();
  const endsAt = new Date(now.getTime() + overlapMs).toISOString().replace('.000Z', 'Z');
  const living = keys.items.filter((entry) => {
    const expires = isMap(entry) ? entry.get('expires') : undefined;
    const moment = typeof expires === 'string' ? (readMoment(expires) ?? Infinity) : Infinity;
    if (moment > now.getTime() + overlapMs && isMap(entry)) entry.set('expires', endsAt);
    return overlapMs > 0 && moment > now.getTime();
  });
  keys.items = [...living, document.createNode(entryOf(key, now))];
  return { text: checked(document), key };
}

/** Takes a caller out, or one of its keys, of which the hash begins so. */
export function revoke(text: string, name: string, hash: string | undefined): string {
  const document = open(text);
  const keys = keysOf(document, name);
  if (hash === undefined) document.deleteIn(['callers', name]);
  else {
    const isMeant = (entry: unknown): boolean =>
      hash.length >= 4 && isMap(entry) && String(entry.get('sha256')).startsWith(hash);
    const left = keys.items.filter((entry) => !isMeant(entry));
    if (keys.items.length - left.length !== 1) {
      throw new EditError(`${name} has no one key whose hash begins with ${hash}.`);
    }
    keys.items = left;
  }
  return checked(document);
}

/** @throws EnvironmentError where the file is wrong. */
export function listCallers(text: string): NamedCaller[] {
  return parseCallersFile(open(text).toString(), 'that it has').callers;
}

function open(text: string): Document {
  const document = parseDocument(text.trim() === '' ? 'callers: {}' : text);
  if (text.trim() === '') document.commentBefore = HEAD;
  if (document.errors.length > 0) throw new EditError('The file is no YAML; mend it first.');
  const callers = document.get('callers');
  if (isMap(callers)) callers.flow = false;
  else document.set('callers', document.createNode({}));
  return document;
}

function keysOf(document: Document, name: string): { items: unknown[] } {
  const keys = document.getIn(['callers', name, 'keys']);
  if (!isSeq(keys)) throw new EditError(`There is no caller ${name}.`);
  return keys;
}

/** The text is what the service would read. @throws EnvironmentError where it would refuse it. */
function checked(document: Document): string {
  const text = document.toString({ lineWidth: 0 });
  parseCallersFile(text, 'as it would be');
  return text;
}

/** 256 random bits; the prefix lets scanners and our own log know it for a key. */
function newKey(): string {
  return `sk-proxy-${randomBytes(32).toString('base64url')}`;
}

function entryOf(key: string, now: Date): { sha256: string; created: string } {
  const sha256 = createHash('sha256').update(key).digest('hex');
  return { sha256, created: now.toISOString().slice(0, 10) };
}
