import { matchesPattern } from '../../../common/matches-pattern.js';
import type { Settings } from '../../../config/settings.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { forApi } from '../dialects/for-api.js';
import { goesByPort, resolveDialect } from '../dialects/resolve-dialect.js';
import type { Preset } from '../dialects/preset.js';
import type { ModelFamily } from '../families/model-family.js';
import { dialectForModel, familyOf } from '../families/model-families.js';
import { defaultDialect } from '../dialects/default.dialect.js';
import {
  explainDialect,
  type DialectFact,
  type DialectStage,
} from '../../translator/dialect/explain-dialect.js';
import { applyEntry, ofCatalogue, setFields } from './apply-entry.js';
import type { ProfileEntry, StatedPrices, VisionModel } from './profile-entry.js';
import type { BackendProfiles, NamedEntry } from './read-profiles.js';

/** Holds what the operator wrote down of a model beside its dialect. */
export interface ModelProfile {
  displayName?: string;
  /** Counts tokens. */
  contextWindow?: number;
  efforts?: readonly string[];
  /** Describes images for this model, which takes none. */
  vision?: VisionModel;
  prices?: StatedPrices;
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
  /** Holds what the dialect was on the way, weakest first. */
  stages: readonly DialectStage[];
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
    return (this.ofBackend ??= last(this.stagesOf(this.backendEntries)));
  }

  /** @param api is another than the backend's: one that speaks Responses may take chat requests as well. */
  forModel(model: string, api = this.settings.backend.api): BackendDialect {
    return this.resolved(model, api).dialect;
  }

  /** Tells the log why the backend is spoken to as it is. */
  rulesOf(model: string, api = this.settings.backend.api): DialectRules {
    return this.resolved(model, api).rules;
  }

  /** Tells each field of a model's dialect, and who set it. */
  explain(model: string): readonly DialectFact[] {
    return explainDialect([['default', defaultDialect], ...this.resolved(model).stages]);
  }

  /** Keeps what the backend taught about a model by refusing a request, on top of earlier lessons. */
  learn(
    model: string,
    learned: Partial<BackendDialect>,
    api = this.settings.backend.api,
  ): BackendDialect {
    const { dialect: before, rules, stages } = this.resolved(model, api);
    const dialect = { ...before, ...learned };
    const lessons = [...new Set([...rules.learned, ...Object.keys(learned)])];
    const taught: DialectStage = ['a refusal of the backend', dialect];
    this.dialects.set(this.keyOf(model, api), {
      dialect,
      rules: { ...rules, learned: lessons },
      stages: [...stages, taught],
    });
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
    const entries = this.entriesOf(model);
    return Object.assign({}, ...entries.map(({ entry }) => catalogueFields(entry))) as ModelProfile;
  }

  /** Lists the models that the file names in full, in its order. */
  profiledModels(): readonly string[] {
    const names = this.profiles.models.map(({ pattern }) => pattern);
    return names.filter((name) => !name.includes('*'));
  }

  private entriesOf(model: string): readonly NamedEntry[] {
    return [...this.backendEntries, ...matching(this.profiles.models, model)];
  }

  private resolved(model: string, api = this.settings.backend.api): Resolved {
    const key = this.keyOf(model, api);
    const known = this.dialects.get(key);
    if (known !== undefined) return known;
    const entries = this.entriesOf(model);
    const stages = this.stagesOf(entries, model, api);
    const dialect = last(stages);
    const family = familyOf(model, this.more.families)?.name;
    const rules: DialectRules = {
      preset: dialect.name,
      ...(family === undefined ? {} : { family }),
      ...(Object.keys(this.told).length === 0 ? {} : { server: Object.keys(this.told) }),
      profiles: entries.map(({ pattern }) => pattern),
      learned: [],
    };
    if (this.dialects.size >= maxRemembered) this.dialects.clear();
    const resolved = { dialect, rules, stages };
    this.dialects.set(key, resolved);
    return resolved;
  }

  private keyOf(model: string, api: Settings['backend']['api']): string {
    // No name of a model has a line end before it.
    return api === this.settings.backend.api ? model : `\n${model}`;
  }

  private stagesOf(
    named: readonly NamedEntry[],
    model?: string,
    api = this.settings.backend.api,
  ): DialectStage[] {
    const preset = named.findLast(({ entry }) => entry.dialect !== undefined)?.entry.dialect;
    const known =
      preset === undefined
        ? this.base
        : resolveDialect(preset, this.settings.backend.url, this.more.presets);
    const base = forApi(known, { ...this.settings.backend, api });
    const stages: DialectStage[] = [[`preset ${base.name}`, base]];
    if (model !== undefined) {
      const family = familyOf(model, this.more.families)?.name;
      const byName = dialectForModel(base, model, this.more.families);
      if (family !== undefined) stages.push([`family ${family}`, byName]);
      const isTold = Object.keys(this.told).length > 0;
      if (isTold) stages.push(['the server', { ...byName, ...this.told }]);
    }
    for (const { pattern, entry } of named)
      stages.push([`profile ${pattern}`, applyEntry(last(stages), entry)]);
    return stages;
  }
}

function last(stages: readonly DialectStage[]): BackendDialect {
  return stages.at(-1)?.[1] ?? defaultDialect;
}

function matching(entries: readonly NamedEntry[], name: string): NamedEntry[] {
  return entries.filter(({ pattern }) => matchesPattern(pattern, name));
}

const catalogueNames: ReadonlySet<string> = new Set<keyof ModelProfile>(ofCatalogue);

function catalogueFields(entry: ProfileEntry): ModelProfile {
  return setFields(entry, (name) => catalogueNames.has(name));
}
