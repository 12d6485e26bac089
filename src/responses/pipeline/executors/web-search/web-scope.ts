import { asArray, asRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';

/** Results of a search, by `search_context_size`, and the share of the longest result that a page may have. */
const SIZES = {
  low: { count: 5, share: 0.2 },
  medium: { count: 10, share: 0.5 },
  high: { count: 20, share: 1 },
} as const;

/** Says what of the web one request may see, and how much of it. It is read from a `web_search` tool, or from Codex's settings. */
export class WebScope {
  readonly allowed: readonly string[];
  /** Domains are named; such as are none allow nothing, rather than everything. */
  readonly isLimited: boolean;
  readonly country: string | undefined;
  /** Says in words where the user is. */
  readonly place: string | undefined;
  readonly count: number;
  readonly characters: number;
  /** Without access to the outside only the engine's index is searched. */
  readonly opensPages: boolean;
  private readonly blocked: readonly string[];

  constructor(settings: JsonRecord, mostCharacters: number) {
    const filters = asRecord(settings.filters);
    this.allowed = domainsOf(filters?.allowed_domains);
    this.isLimited = asArray(filters?.allowed_domains).length > 0;
    this.blocked = domainsOf(filters?.blocked_domains);
    const { country, city, region, timezone } = asRecord(settings.user_location) ?? {};
    const code = nonEmptyText(country);
    this.country = code !== undefined && /^[A-Za-z]{2}$/.test(code) ? code : undefined;
    const words = [city, region, country, timezone].flatMap((word) => nonEmptyText(word) ?? []);
    this.place = words.length === 0 ? undefined : words.join(', ').slice(0, 200);
    const size = nonEmptyText(settings.search_context_size) ?? '';
    const { count, share } = size in SIZES ? SIZES[size as keyof typeof SIZES] : SIZES.medium;
    this.count = count;
    this.characters = Math.ceil(mostCharacters * share);
    // Codex also knows `index_only`.
    this.opensPages = (settings.external_web_access ?? true) === true;
  }

  /** Tells whether a page lies in an allowed domain, or below one, and in none that is blocked. */
  has({ hostname }: URL): boolean {
    const isBelow = (domain: string): boolean =>
      hostname === domain || hostname.endsWith(`.${domain}`);
    return (!this.isLimited || this.allowed.some(isBelow)) && !this.blocked.some(isBelow);
  }
}

/** Domains are also written as URLs, or with a path. */
function domainsOf(list: unknown): string[] {
  return asArray(list)
    .slice(0, 100)
    .flatMap((entry) => {
      const text = nonEmptyText(entry)?.trim().toLowerCase() ?? '';
      const address = /^https?:\/\//.test(text) ? text : `http://${text}`;
      return URL.canParse(address) ? [new URL(address).hostname] : [];
    });
}
