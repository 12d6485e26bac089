import { Injectable, Logger } from '@nestjs/common';
import type { ModelProfile } from '../../responses/backend/profiles/dialect-resolver.js';
import { mayAskFor } from '../../responses/backend/models/allowed-models.js';
import { Backends } from '../../responses/backend/routes/backends.service.js';
import { toCodexModel, type CatalogAbilities, type CodexModel } from './codex-model.js';
import { readListedModel, type ListedModel } from './listed-model.js';

/** Codex reads 1 MiB at most, and a list that is cut is no list (docs/codex.md). */
const maxCatalogBytes = 1024 * 1024 - 4096;

/** Lists the models in both forms: OpenAI's `data` and Codex's `models`. Each reader ignores the other's. */
export interface ModelListing {
  object: 'list';
  data: { id: string; object: 'model' }[];
  models: CodexModel[];
}

/** Makes the catalogue that Codex wants (`GET /v1/models?client_version=…`) from BACKEND_PROFILES and the backend's list. */
@Injectable()
export class CodexCatalogService {
  private readonly logger = new Logger(CodexCatalogService.name);

  constructor(private readonly backends: Backends) {}

  /**
   * Makes the catalogue.
   * @param list is the body of the backend's `GET /v1/models`; undefined when it has none.
   * @param allowed names what the caller may ask for; where it is not said, everything.
   */
  catalog(list: unknown, allowed?: readonly string[]): ModelListing {
    const may = ({ id }: ListedModel): boolean => mayAskFor(id, allowed);
    const models = this.listedModels(list)
      .filter(may)
      .map((listed, index) =>
        toCodexModel(listed, this.profileOf(listed.id), this.abilitiesOf(listed.id), index + 1),
      );
    const listing: ModelListing = { object: 'list', data: [], models: [] };
    let bytes = 0;
    for (const model of models) {
      const entry = { id: model.slug, object: 'model' } as const;
      bytes += Buffer.byteLength(JSON.stringify(model) + JSON.stringify(entry)) + 2;
      if (bytes > maxCatalogBytes) break;
      listing.models.push(model);
      listing.data.push(entry);
    }
    this.reportCut(models.length - listing.models.length);
    return listing;
  }

  /** Lists the models of the profiles first: they are what the operator cares about when the list is too long. */
  private listedModels(list: unknown): ListedModel[] {
    const known = new Map(entriesOf(list).map((model) => [model.id, model]));
    const profiled = this.profiledModels().map((id) => known.get(id) ?? unlisted(id));
    const others = [...known.values()].filter(({ id }) => !profiled.some((one) => one.id === id));
    return [...profiled, ...others];
  }

  private abilitiesOf(model: string): CatalogAbilities {
    const { backend, model: there } = this.backends.firstTarget(model) ?? {
      backend: this.backends.main,
      model,
    };
    const dialect = backend.dialects.forModel(there);
    return {
      images: dialect.images !== 'none',
      describesImages:
        dialect.images === 'none' && backend.dialects.profileOf(there).vision !== undefined,
      effort: dialect.effortField !== 'none',
      verbosity: dialect.allowedFields.has('verbosity'),
      parallelToolCalls: dialect.parallelToolCalls,
    };
  }

  private profileOf(model: string): ModelProfile {
    const target = this.backends.firstTarget(model);
    return target?.backend.dialects.profileOf(target.model) ?? {};
  }

  /** Of every backend those that a route leads to. */
  private profiledModels(): string[] {
    const named = this.backends.all.flatMap((backend) =>
      backend.dialects
        .profiledModels()
        .filter((model) => this.backends.firstTarget(model)?.backend === backend),
    );
    return [...new Set(named)];
  }

  private reportCut(omitted: number): void {
    if (omitted === 0) return;
    this.logger.warn(
      `The catalogue for Codex leaves out ${omitted} models: it may have 1 MiB. Name those that matter in BACKEND_PROFILES.`,
    );
  }
}

function entriesOf(list: unknown): ListedModel[] {
  const entries: unknown = Array.isArray(list) ? list : (list as { data?: unknown } | null)?.data;
  if (!Array.isArray(entries)) return [];
  return (entries as unknown[]).flatMap((entry) => readListedModel(entry) ?? []);
}

function unlisted(id: string): ListedModel {
  return { id, displayName: undefined, contextWindow: undefined, images: false, reasoning: false };
}
