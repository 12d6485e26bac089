import { invalidRequest } from '../../../common/error-table.js';
import { hostedType } from './hosted-type.js';
import { shortHash } from './short-hash.js';
import type { ToolIdentity } from './tool-identity.js';

/** Gemini and Moonshot refuse a name that does not begin with a letter or underscore (reports of June and July 2026). */
const LEGAL_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const ILLEGAL_CHARACTERS = /[^A-Za-z0-9_-]+/g;

/** A name in the history may be as long as a body; what is beyond this tells no two names apart that differ at all. */
const HASHED_LENGTH = 2_048;

/** Codex calls the tools that have no namespace so. */
const PLAIN_NAMESPACE = 'functions';

/** Joins a tool's name and namespace: `mcp__files__read`. A namespace that is the name says that the tool is held back. */
export function flatName({ namespace, name }: ToolIdentity): string {
  const isPlain = namespace === undefined || namespace === PLAIN_NAMESPACE || namespace === name;
  return isPlain ? name : `${namespace}__${name}`;
}

/**
 * Knows who is who among the tools of one request: the client's identity, and the function name that the backend sees. A backend
 * name depends on nothing but the identity (and, on a collision, the tools before it), so it is the same on every turn and every
 * replica.
 */
export class ToolRegistry {
  private readonly chatNames = new Map<string, string>();
  private readonly identities = new Map<string, ToolIdentity>();

  /** @param maxNameLength is the longest function name that the backend takes, in characters. */
  constructor(private readonly maxNameLength = 64) {}

  /** Enters a tool and returns its chat name. @throws ApiError 400 when the very same tool is there already. */
  register(identity: ToolIdentity, param: string | null): string {
    const key = identityKey(identity);
    if (this.chatNames.has(key)) {
      throw invalidRequest(`Duplicate tool '${identity.name}'.`, param, 'duplicate_tool');
    }
    const chatName = this.freeName(identity);
    this.chatNames.set(key, chatName);
    this.identities.set(chatName, identity);
    return chatName;
  }

  has(identity: ToolIdentity): boolean {
    return this.chatNames.has(identityKey(identity));
  }

  /** Gives the name for a call of the history, whose tool may be gone from this request. */
  chatName(identity: ToolIdentity): string {
    return this.chatNames.get(identityKey(identity)) ?? this.legalName(identity, 0);
  }

  /** Says whose call it is. A name that no tool has is a plain function: the client will say that it knows none. */
  resolve(chatName: string): ToolIdentity {
    return (
      this.identities.get(chatName) ??
      this.declared(chatName) ?? { type: 'function', name: chatName }
    );
  }

  /**
   * Gives the offered tool that a name means when leftovers of a template stand around it (`exec_command\n`,
   * `functions.exec_command`, `exec_command<|channel|>commentary`), and any other name as it is (tontinton/maki#505,
   * ml-explore/mlx-lm#1612, openai/codex#31665, July and August 2026).
   */
  offeredName(name: string): string {
    if (this.isOffered(name)) return name;
    const inner = name.trim().split(/[\s<|({"'`]/, 1)[0] ?? '';
    const bare = inner.replace(/^(?:functions?|tools?|default_api|api)[.:/]/, '');
    const candidates = [inner, bare, bare.replace(/:\d{1,4}$/, '')];
    return candidates.find((candidate) => candidate !== '' && this.isOffered(candidate)) ?? name;
  }

  /** Tells whether a name is the beginning of an offered one without being one itself. */
  mayGrow(name: string): boolean {
    if (name === '' || this.isOffered(name)) return false;
    return [...this.identities.keys()].some((offered) => offered.startsWith(name));
  }

  private isOffered(name: string): boolean {
    return this.identities.has(name) || this.declared(name) !== undefined;
  }

  /** Gives the declared tool of this client-side name: models also answer with names that they read in a prompt. */
  declared(name: string, type?: string, namespace?: string): ToolIdentity | undefined {
    let found: ToolIdentity | undefined;
    for (const identity of this.identities.values()) {
      if (identity.name !== name) continue;
      if (namespace !== undefined && identity.namespace !== namespace) continue;
      if (type === undefined || identity.type === type) return identity;
      found ??= identity;
    }
    return found;
  }

  /** Gives the tool of a type that is there once and has no name of its own, such as `shell`. */
  ofType(type: string): ToolIdentity | undefined {
    const plain = hostedType(type);
    return [...this.identities.values()].find(
      (tool) => hostedType(tool.type) === plain && tool.name === plain,
    );
  }

  /** Lists the chat names of all tools of a namespace. */
  inNamespace(namespace: string): string[] {
    const members = [...this.identities].filter(([, tool]) => tool.namespace === namespace);
    return members.map(([chatName]) => chatName);
  }

  /** Maps the chat name to the client's name, of the tools whose names differ. */
  get renamed(): readonly (readonly [chatName: string, name: string])[] {
    return [...this.identities].flatMap(([chatName, { name }]) =>
      chatName === name ? [] : [[chatName, name] as const],
    );
  }

  private freeName(identity: ToolIdentity): string {
    for (let attempt = 0; ; attempt++) {
      const name = this.legalName(identity, attempt);
      if (!this.identities.has(name)) return name;
    }
  }

  /** Gives the name as it is where that is legal; otherwise cleaned, cut, and told apart by a hash of the whole identity. */
  private legalName(identity: ToolIdentity, attempt: number): string {
    const full = flatName(identity);
    if (attempt === 0 && full.length <= this.maxNameLength && LEGAL_NAME.test(full)) return full;
    const hash = shortHash(`${identityKey(identity).slice(0, HASHED_LENGTH)}${attempt}`);
    const legal = full.replace(ILLEGAL_CHARACTERS, '_');
    const cleaned = /^[A-Za-z_]/.test(legal) ? legal : `t_${legal}`;
    return `${cleaned.slice(0, this.maxNameLength - hash.length - 1)}_${hash}`;
  }
}

function identityKey({ type, namespace, name }: ToolIdentity): string {
  return JSON.stringify([type, namespace ?? null, name]);
}
