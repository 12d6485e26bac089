import type { Settings } from '../../../config/settings.js';
import { formsOf, MASK } from '../errors/scrub-keys.js';
import {
  ByteReplacer,
  compileReplacements,
  type CompiledReplacements,
  type Replacement,
} from '../wire/byte-replacer.js';
import { DeltaEraser } from '../wire/delta-eraser.js';
import { ChunkEraser } from '../wire/chunk-eraser.js';
import { HiddenTexts } from '../wire/text-eraser.js';

/** A secret may be read anew from its file, so what is made of it is kept as long as it is the same. */
interface Hidden {
  secrets: readonly string[];
  replacements: readonly Replacement[];
  compiled: CompiledReplacements;
  texts: HiddenTexts;
}

/** Holds what the operator sends one backend, and keeps it from clients, whom a backend or its model may quote it to. */
export class OperatorSecrets {
  private known: Hidden | undefined;

  constructor(private readonly settings: Pick<Settings, 'backend'>) {}

  /** Gives the key, and headers that may hold another one. */
  get all(): readonly string[] {
    const { apiKey, headers } = this.settings.backend;
    return [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)];
  }

  /** Gives all that a call with this key carries. */
  and(apiKey: string | undefined): readonly string[] {
    return apiKey === undefined ? this.all : [...new Set([apiKey, ...this.all])];
  }

  /** Lists what is replaced, each in all its forms. */
  get replacements(): readonly Replacement[] {
    return this.hidden.replacements;
  }

  /** Makes what erases them in bytes that pass; undefined where there are none. */
  newEraser(): ByteReplacer | undefined {
    const { compiled } = this.hidden;
    return compiled.length === 0 ? undefined : new ByteReplacer(compiled);
  }

  /** Makes what erases them where a model spells them over several chunks; undefined where there are none. */
  newChunkEraser(): ChunkEraser | undefined {
    const { replacements, texts } = this.hidden;
    return replacements.length === 0 ? undefined : new ChunkEraser(texts);
  }

  /** Does the same for the events of a backend that speaks Responses. */
  newDeltaEraser(): DeltaEraser | undefined {
    const { replacements, texts } = this.hidden;
    return replacements.length === 0 ? undefined : new DeltaEraser(texts);
  }

  private get hidden(): Hidden {
    const secrets = this.all;
    const { known } = this;
    if (known?.secrets.join() === secrets.join()) return known;
    const forms = secrets.flatMap(formsOf);
    const replacements = forms.map((form): Replacement => [form, MASK]);
    return (this.known = {
      secrets,
      replacements,
      compiled: compileReplacements(replacements),
      texts: new HiddenTexts(forms, MASK),
    });
  }
}
