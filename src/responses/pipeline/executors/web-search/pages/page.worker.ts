import { parentPort, workerData } from 'node:worker_threads';
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

/**
 * Reads one page in a thread of its own: a page of 30 kB can keep the extractor busy for minutes, so whoever started the thread ends
 * it when it takes too long. It imports packages alone, and so runs as TypeScript, too.
 */
interface Given {
  html: string;
  url: string;
}

const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY BR DD DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION TABLE TR UL'.split(
    ' ',
  ),
);
const HIDDEN = new Set('SCRIPT STYLE NOSCRIPT TEMPLATE SVG IFRAME HEAD'.split(' '));
const MOST_LINKS = 500;

interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: ArrayLike<DomNode>;
  getAttribute?(name: string): string | null;
}

const { html, url } = workerData as Given;
const links: string[] = [];

function textOf(root: DomNode): string {
  const parts: string[] = [];
  // A stack of its own, since pages may be nested deeper than calls may be.
  const stack: (DomNode | string)[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeof node === 'string') parts.push(node);
    else if (node.nodeType === 3) parts.push((node.textContent ?? '').replace(/\s+/g, ' '));
    else if (!HIDDEN.has(node.nodeName.toUpperCase())) {
      const name = node.nodeName.toUpperCase();
      const isBlock = BLOCKS.has(name);
      if (isBlock) parts.push('\n');
      stack.push(isBlock ? '\n' : name === 'TD' || name === 'TH' ? ' | ' : linkOf(node, name));
      stack.push(...Array.from(node.childNodes).reverse());
    }
  }
  return parts.join('');
}

/** Gives what stands behind a link: its number among those of the page. */
function linkOf(node: DomNode, name: string): string {
  const target = name === 'A' ? node.getAttribute?.('href') : null;
  if (target == null || links.length >= MOST_LINKS || !URL.canParse(target, url)) return '';
  const { href, protocol } = new URL(target, url);
  return /^https?:$/.test(protocol) ? ` [${links.push(href) - 1}]` : '';
}

const { document } = parseHTML(html) as { document: { title: string; body: DomNode } & object };
const whole = document.title;
let title = whole;
let text = '';
try {
  const found = new Readability(document, { maxElemsToParse: 30_000 }).parse();
  if (found?.content != null) {
    title = found.title ?? whole;
    text = textOf(
      (parseHTML(`<body>${found.content}</body>`) as unknown as { document: { body: DomNode } })
        .document.body,
    );
  }
} catch {
  // What the extractor cannot read is read as it is.
}
if (text.trim() === '') {
  links.length = 0;
  text = textOf((parseHTML(html) as unknown as { document: { body: DomNode } }).document.body);
}
const lines = text
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
parentPort?.postMessage({ title, lines, links });
