/** Says what of a URL tells where it leads. `port` is empty for the protocol's own. */
interface HostAndPort {
  hostname: string;
  port: string;
  protocol: string;
}

/**
 * Holds hosts as an operator lists them: `tools.example`, `10.0.0.5:8080` (that port alone), `[fd00::5]`, `*.example` (every name
 * below it) and `*` (any). A host that is written out is known by name, wherever it lies and whatever it speaks; one that a star
 * lets in has to be public, and to speak TLS.
 */
export class HostList {
  private readonly written = new Set<string>();
  private readonly suffixes: string[] = [];
  private readonly hasAll: boolean;

  constructor(hosts: readonly string[]) {
    this.hasAll = hosts.includes('*');
    for (const host of hosts) {
      if (host.startsWith('*')) {
        if (host !== '*') this.suffixes.push(host.slice(1).toLowerCase());
        continue;
      }
      const [, name = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? [];
      if (URL.canParse(`http://${name}`)) this.written.add(key(new URL(`http://${name}`), port));
    }
  }

  get isEmpty(): boolean {
    return !this.hasAll && this.written.size + this.suffixes.length === 0;
  }

  /** Tells that the host is written out. */
  names(place: HostAndPort): boolean {
    const { port, protocol } = place;
    const spoken = port === '' ? DEFAULT_PORTS[protocol] : port;
    return this.written.has(key(place, undefined)) || this.written.has(key(place, spoken));
  }

  /** Tells that the host is written out, or that a star lets it in. */
  allows(place: HostAndPort): boolean {
    if (this.names(place)) return true;
    const host = plainHost(place);
    const isLetIn = this.hasAll || this.suffixes.some((suffix) => host.endsWith(suffix));
    return isLetIn && place.protocol === 'https:';
  }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function key(place: { hostname: string }, port: string | undefined): string {
  return `${plainHost(place)} ${port ?? ''}`;
}

/** Brackets of IPv6 and the dot at the end of a full name say nothing of the host. */
function plainHost({ hostname }: { hostname: string }): string {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
