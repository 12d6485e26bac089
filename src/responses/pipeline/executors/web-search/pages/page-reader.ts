import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../../../common/clock.js';
import type { HostList } from '../../../outbound/host-list.js';
import { OutboundHttp } from '../../../outbound/outbound-http.js';
import { ToolFailure } from '../../tool-executor.port.js';
import { extractPage, type PageText } from './page-text.js';

export interface WebPage extends PageText {
  /** The page stood there in the end. */
  url: string;
}

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_REDIRECTS = 5;
const FETCH_MS = 20_000;
const KEPT_MS = 300_000;
/** The pages that are kept have so many characters together. */
const KEPT_CHARACTERS = 16_000_000;

/** Reads pages of the public web, and of hosts that the operator listed. What was read is kept for five minutes. */
export class PageReader {
  private readonly http: OutboundHttp;
  private readonly kept = new LRUCache<string, { page: WebPage; until: number }>({
    maxSize: KEPT_CHARACTERS,
    maxEntrySize: KEPT_CHARACTERS / 4,
    sizeCalculation: ({ page }) => page.lines.reduce((sum, line) => sum + line.length + 16, 1),
  });

  constructor(
    privateHosts: HostList,
    private readonly clock: Clock,
  ) {
    this.http = new OutboundHttp(privateHosts);
  }

  /**
   * @param mayOpen is asked for each address, that of a redirect, too.
   * @throws ToolFailure in words for the model.
   */
  async read(
    address: string,
    mayOpen: (url: URL) => boolean,
    signal: AbortSignal,
  ): Promise<WebPage> {
    const url = this.checked(address, undefined, mayOpen);
    const known = this.kept.get(url.href);
    if (known !== undefined && known.until > this.clock.now()) {
      this.checked(known.page.url, undefined, mayOpen);
      return known.page;
    }
    const page = await this.fetch(url, mayOpen, signal);
    this.kept.set(url.href, { page, until: this.clock.now() + KEPT_MS });
    return page;
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private async fetch(
    begin: URL,
    mayOpen: (url: URL) => boolean,
    outer: AbortSignal,
  ): Promise<WebPage> {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(FETCH_MS)]);
    let url = begin;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const headers = { accept: 'text/html, text/plain;q=0.9, */*;q=0.1' };
      const init: RequestInit = { headers, signal, redirect: 'manual' };
      const reply = await this.http.fetch(url, init, MOST_BYTES).catch((error: unknown) => {
        if (outer.aborted) throw error;
        throw new ToolFailure('The page cannot be reached.');
      });
      const target = reply.headers.get('location');
      if (reply.status >= 300 && reply.status < 400 && target !== null) {
        await reply.body?.cancel();
        url = this.checked(target, url, mayOpen);
        continue;
      }
      if (!reply.ok) {
        await reply.body?.cancel();
        throw new ToolFailure(`The page answered ${reply.status}.`);
      }
      return this.readReply(reply, url);
    }
    throw new ToolFailure('The page leads elsewhere too often.');
  }

  private async readReply(reply: Response, { href }: URL): Promise<WebPage> {
    const type = reply.headers.get('content-type') ?? 'text/html';
    if (!READABLE.test(type)) {
      await reply.body?.cancel();
      throw new ToolFailure('The page is no text that can be read.');
    }
    const bytes = await reply.arrayBuffer().catch(() => {
      throw new ToolFailure('The page is too long, or broke off.');
    });
    const text = decode(new Uint8Array(bytes), type);
    const page = HTML.test(type)
      ? await extractPage(text, href)
      : { title: href, lines: text.split('\n'), links: [] };
    if (page.lines.every((line) => line.trim() === ''))
      throw new ToolFailure('The page has no text.');
    return { ...page, url: href };
  }

  private checked(address: string, base: URL | undefined, mayOpen: (url: URL) => boolean): URL {
    const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
    const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.href.length <= 4_000;
    if (!isPlain || url.username !== '' || url.password !== '') {
      throw new ToolFailure('This is no http or https URL.');
    }
    if (!mayOpen(url)) throw new ToolFailure('Pages of this domain may not be opened.');
    url.hash = '';
    return url;
  }
}

const HTML = /html/i;
const READABLE = /^\s*(?:text\/|application\/(?:xhtml\+xml|json|xml|[\w.+-]{1,60}\+(?:json|xml)))/i;

/** Pages say their encoding in a header, or in their first lines. */
function decode(bytes: Uint8Array, type: string): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2_048));
  const label = /charset=["']?([\w-]{1,40})/i.exec(`${type} ${HTML.test(type) ? head : ''}`)?.[1];
  try {
    return new TextDecoder(label ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
