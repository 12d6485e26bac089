import type { Settings } from '../../../config/settings.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { goesByPort, resolveDialect } from '../dialects/resolve-dialect.js';
import type { Preset } from '../dialects/preset.js';
import type { ModelFamily } from '../families/model-family.js';
import { dialectForModel, familyOf } from '../families/model-families.js';
import type { ProfileEntry, VisionModel } from './profile-entry.js';
import type { BackendProfiles, NamedEntry } from './read-profiles.js';

/** Holds what the operator wrote down of a model beside its dialect. */
export interface ModelProfile {
  displayName?: string;
  /** Counts tokens. */
  contextWindow?: number;
  efforts?: readonly string[];
  /** Describes images for this model, which takes none. */
  vision?: VisionModel;
}

/** Says where the fields of a model's dialect come from, weakest first; each is stronger than those before it. */
export interface DialectRules {
  preset: string;
  family?: string;
  /** The server told these fields. */
  server?: readonly string[];
  /** BACKEND_PROFILES has these patterns. */
  profiles: readonly string[];
  /** A refusal of the backend taught these fields. */
  learned: readonly string[];
}

interface Resolved {
  dialect: BackendDialect;
  rules: DialectRules;
}

/** What was added from outside to the presets and the families of the service. */
export interface MoreKnowledge {
  presets: readonly Preset[];
  families: readonly ModelFamily[];
}

const nothingMore: MoreKnowledge = { presets: [], families: [] };

/** Names come from clients, so the memory of them is bounded. */
const maxRemembered = 1000;

/** Gives the dialect of each model: BACKEND_DIALECT with the model's family, changed by the matching entries of BACKEND_PROFILES. */
export class DialectResolver {
  private readonly dialects = new Map<string, Resolved>();
  private readonly backendEntries: readonly NamedEntry[];
  private ofBackend: BackendDialect | undefined;
  private told: Partial<BackendDialect> = {};

  constructor(
    private base: BackendDialect,
    private readonly profiles: BackendProfiles,
    private readonly settings: Pick<Settings, 'backend'>,
    private readonly more: MoreKnowledge = nothingMore,
  ) {
    this.backendEntries = matching(profiles.backends, settings.backend.url.hostname);
  }

  /** Gives the dialect for calls that are about no model: the model list, bytes that are passed on. */
  forBackend(): BackendDialect {
    return (this.ofBackend ??= this.resolve(this.backendEntries));
  }

  forModel(model: string): BackendDialect {
    return this.resolved(model).dialect;
  }

  /** Tells the log why the backend is spoken to as it is. */
  rulesOf(model: string): DialectRules {
    return this.resolved(model).rules;
  }

  /** Keeps what the backend taught about a model by refusing a request, on top of earlier lessons. */
  learn(model: string, learned: Partial<BackendDialect>): BackendDialect {
    const { dialect: before, rules } = this.resolved(model);
    const dialect = { ...before, ...learned };
    const lessons = [...new Set([...rules.learned, ...Object.keys(learned)])];
    this.dialects.set(model, { dialect, rules: { ...rules, learned: lessons } });
    return dialect;
  }

  /** Notes what the server itself tells of its model: more than a name says, and less than the operator does. */
  noteServer(told: Partial<BackendDialect>): void {
    if (JSON.stringify(told) === JSON.stringify(this.told)) return;
    this.told = told;
    this.dialects.clear();
  }

  /**
   * Notes the preset of the engine that the server shows to be. It counts where `auto` had only the port to go by.
   * @returns whether it is another one than before.
   */
  noteEngine(name: string): boolean {
    const { dialect, url } = this.settings.backend;
    if (dialect !== 'auto' || !goesByPort(url, this.more.presets)) return false;
    const shown = resolveDialect(name, url, this.more.presets);
    if (shown.name === this.base.name) return false;
    this.base = shown;
    this.ofBackend = undefined;
    this.dialects.clear();
    return true;
  }

  profileOf(model: string): ModelProfile {
    const entries = [...this.backendEntries, ...matching(this.profiles.models, model)];
    return Object.assign({}, ...entries.map(({ entry }) => catalogueFields(entry))) as ModelProfile;
  }

  /** Lists the models that the file names in full, in its order. */
  profiledModels(): readonly string[] {
    const names = this.profiles.models.map(({ pattern }) => pattern);
    return names.filter((name) => !name.includes('*'));
  }

  private resolved(model: string): Resolved {
    const known = this.dialects.get(model);
    if (known !== undefined) return known;
    const entries = [...this.backendEntries, ...matching(this.profiles.models, model)];
    const dialect = this.resolve(entries, model);
    const family = familyOf(model, this.more.families)?.name;
    const rules: DialectRules = {
      preset: dialect.name,
      ...(family === undefined ? {} : { family }),
      ...(Object.keys(this.told).length === 0 ? {} : { server: Object.keys(this.told) }),
      profiles: entries.map(({ pattern }) => pattern),
      learned: [],
    };
    if (this.dialects.size >= maxRemembered) this.dialects.clear();
    const resolved = { dialect, rules };
    this.dialects.set(model, resolved);
    return resolved;
  }

  private resolve(named: readonly NamedEntry[], model?: string): BackendDialect {
    const entries = named.map(({ entry }) => entry);
    const preset = entries.findLast(({ dialect }) => dialect !== undefined)?.dialect;
    const base =
      preset === undefined
        ? this.base
        : resolveDialect(preset, this.settings.backend.url, this.more.presets);
    if (model === undefined) return entries.reduce(applyEntry, base);
    const byName = dialectForModel(base, model, this.more.families);
    const isTold = Object.keys(this.told).length > 0;
    return entries.reduce(applyEntry, isTold ? { ...byName, ...this.told } : byName);
  }
}

function matching(entries: readonly NamedEntry[], name: string): NamedEntry[] {
  return entries.filter(({ pattern }) => matches(pattern, name));
}

/** Upper and lower case are the same, as they are in the model catalogue. */
function matches(pattern: string, name: string): boolean {
  const literals = pattern.split(/\*+/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 'is').test(name);
}

/** The dialect has these fields of an entry in another form, or not at all. */
const ownFields: ReadonlySet<string> = new Set<keyof ProfileEntry>([
  ...(['dialect', 'allowedFields', 'extraFields', 'overflowPatterns'] as const),
  ...(['displayName', 'contextWindow', 'efforts', 'vision'] as const),
]);

function applyEntry(dialect: BackendDialect, entry: ProfileEntry): BackendDialect {
  const { allowedFields = dialect.allowedFields, extraFields = [], overflowPatterns } = entry;
  const { toolChoice } = entry;
  return {
    ...dialect,
    ...(fieldsOf(entry, (name) => !ownFields.has(name)) as Partial<BackendDialect>),
    ...(typeof toolChoice === 'boolean' ? { toolChoice: toolChoice ? 'named' : 'none' } : {}),
    allowedFields: new Set([...allowedFields, ...extraFields]),
    overflowPatterns:
      overflowPatterns?.map((pattern) => new RegExp(pattern, 'i')) ?? dialect.overflowPatterns,
  };
}

function catalogueFields(entry: ProfileEntry): ModelProfile {
  const names: (keyof ModelProfile)[] = ['displayName', 'contextWindow', 'efforts', 'vision'];
  return fieldsOf(entry, (name) => names.some((known) => known === name));
}

/** Leaves out what is not set, as it must not hide what an earlier entry set. */
function fieldsOf(entry: ProfileEntry, wanted: (name: string) => boolean): object {
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([name, value]) => wanted(name) && (value ?? undefined) !== undefined,
    ),
  );
}
