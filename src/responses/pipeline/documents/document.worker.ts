import { parentPort, workerData } from 'node:worker_threads';
import { unzipSync } from 'fflate';
import { Parser } from 'htmlparser2';
import { getDocumentProxy } from 'unpdf';

/**
 * Reads the text of one document in a thread of its own: whoever started the thread ends it when it takes too long or too much
 * memory. It imports packages alone, and so runs as TypeScript, too.
 */
interface Given {
  base64: string;
  mostCharacters: number;
}

/** The parts of an archive that are read may have so many bytes together: what is packed may be a thousand times smaller. */
const MOST_UNPACKED = 64 * 1024 * 1024;
/** A sheet may name a cell a million columns further on. */
const MOST_EMPTY_CELLS = 64;

const { base64, mostCharacters } = workerData as Given;

class Cut extends Error {}
/** Is told to whoever sent the document. */
class Unreadable extends Error {}

const parts: string[] = [];
/** Pages, slides and sheets may have nothing on them. */
const found = { length: 0, isText: false };

/** @throws Cut where there is more than is wanted. */
function add(text: string, isHeading = false): void {
  found.isText ||= !isHeading && /\S/.test(text);
  const room = mostCharacters - found.length;
  parts.push(text.slice(0, room));
  found.length += text.length;
  if (found.length > mostCharacters) throw new Cut();
}

type Attributes = Record<string, string>;
interface Handlers {
  open?: (name: string, attributes: Attributes) => void;
  text?: (text: string, name: string) => void;
  close?: (name: string) => void;
}

/** Names come without their prefix: `t` of `w:t`. Entities of a DTD are not expanded. */
function readXml(bytes: Uint8Array | undefined, { open, text, close }: Handlers): void {
  if (bytes === undefined) return;
  const names: string[] = [];
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        names.push(local(name));
        open?.(local(name), attributes);
      },
      ontext: (value) => text?.(value, names.at(-1) ?? ''),
      onclosetag: (name) => {
        names.pop();
        close?.(local(name));
      },
    },
    { xmlMode: true },
  );
  parser.end(new TextDecoder().decode(bytes));
}

type Archive = Record<string, Uint8Array>;
function unpack(bytes: Uint8Array): Archive {
  let unpacked = 0;
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      const isWanted =
        /^(?:word|ppt|xl)\/(?:\w+|slides\/slide\d+|worksheets\/\w+|_rels\/workbook)\.(?:xml|xml\.rels)$/.test(
          name,
        );
      if (!isWanted) return false;
      unpacked += originalSize;
      if (unpacked > MOST_UNPACKED) throw new Unreadable('it is too large when unpacked');
      return true;
    },
  });
}

function readWord(archive: Archive): void {
  for (const name of ['document', 'footnotes', 'endnotes']) {
    let isInCell = 0;
    readXml(archive[`word/${name}.xml`], {
      open: (tag) => {
        if (tag === 'tab') add('\t');
        else if (tag === 'br' || tag === 'cr') add('\n');
        else if (tag === 'tc') isInCell += 1;
      },
      text: (value, tag) => {
        if (tag === 't') add(value);
      },
      close: (tag) => {
        if (tag === 'p') add(isInCell > 0 ? ' ' : '\n');
        else if (tag === 'tc') {
          isInCell -= 1;
          add('\t');
        } else if (tag === 'tr') add('\n');
      },
    });
  }
}

function readSlides(archive: Archive): void {
  const numbers = Object.keys(archive).flatMap((name) => {
    const match = /^ppt\/slides\/slide(\d+)\.xml$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  for (const number of numbers.sort((one, other) => one - other)) {
    add(`[slide ${number}]\n`, true);
    readXml(archive[`ppt/slides/slide${number}.xml`], {
      text: (value, tag) => {
        if (tag === 't') add(value);
      },
      close: (tag) => {
        if (tag === 'p') add('\n');
      },
    });
  }
}

function readSheets(archive: Archive): void {
  const strings: string[] = [];
  readXml(archive['xl/sharedStrings.xml'], {
    open: (tag) => {
      if (tag === 'si') strings.push('');
    },
    text: (value, tag) => {
      if (tag === 't') strings.push((strings.pop() ?? '') + value);
    },
  });
  const files = new Map<string, string>();
  readXml(archive['xl/_rels/workbook.xml.rels'], {
    open: (_tag, { Id = '', Target = '' }) => {
      files.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  readXml(archive['xl/workbook.xml'], {
    open: (tag, attributes) => {
      if (tag !== 'sheet') return;
      add(`[sheet ${attributes.name ?? ''}]\n`, true);
      readSheet(archive[files.get(attributes['r:id'] ?? '') ?? ''], strings);
    },
  });
}

function readSheet(bytes: Uint8Array | undefined, strings: readonly string[]): void {
  let column = 0;
  let type = '';
  let value = '';
  readXml(bytes, {
    open: (tag, attributes) => {
      if (tag === 'row') column = 0;
      if (tag !== 'c') return;
      const at = columnOf(attributes.r ?? '');
      if (at > column) add('\t'.repeat(Math.min(at - column, MOST_EMPTY_CELLS)));
      column = Math.max(at, column);
      type = attributes.t ?? '';
      value = '';
    },
    text: (text, tag) => {
      if (tag === 'v' || tag === 't') value += text;
    },
    close: (tag) => {
      if (tag === 'c') add(type === 's' ? (strings[Number(value)] ?? '') : value);
      else if (tag === 'row') add('\n');
    },
  });
}

/** Counts from 0: `C7` is 2. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{0,3}/.exec(reference)?.[0] ?? '') {
    column = 26 * column + letter.charCodeAt(0) - 64;
  }
  return Math.max(0, column - 1);
}

async function readPdf(bytes: Uint8Array): Promise<void> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    if (pdf.numPages > 1) add(`[page ${number}]\n`, true);
    for (const item of items) if ('str' in item) add(item.hasEOL ? `${item.str}\n` : item.str);
    add('\n');
    page.cleanup();
  }
}

async function read(): Promise<void> {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  if (String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-') {
    await readPdf(bytes);
    return;
  }
  const archive = unpack(bytes);
  if ('word/document.xml' in archive) readWord(archive);
  else if ('xl/workbook.xml' in archive) readSheets(archive);
  else if ('ppt/presentation.xml' in archive) readSlides(archive);
  else throw new Unreadable('it is neither PDF, docx, xlsx nor pptx');
}

let isCut = false;
let problem: string | undefined;
try {
  await read();
} catch (error) {
  isCut = error instanceof Cut;
  if (!isCut) problem = error instanceof Unreadable ? error.message : 'it is damaged or protected';
}
if (problem === undefined && !found.isText) problem = 'it has no text';
const text = problem === undefined ? parts.join('').trim() : '';
parentPort?.postMessage({ text, isCut, problem });
