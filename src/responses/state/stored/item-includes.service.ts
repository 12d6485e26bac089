import { Injectable } from '@nestjs/common';
import { Sealer } from '../../../sealing/sealer.js';
import { unsupportedValue } from '../../../common/field-errors.js';
import { nonEmptyText } from '../../../common/json.js';
import { textsOf } from '../../translator/request/items/convert-reasoning-item.js';
import {
  INCLUDE_VALUES,
  SEALED_REASONING,
} from '../../translator/request/settings/convert-include.js';

type AddIncluded = <Item extends object>(item: Item) => Item;

const keep: AddIncluded = (item) => item;

/**
 * Adds what `include` asks for to items that are read from the store. They are kept whole, so only the sealed form of reasoning
 * can be missing: it is made here when nobody asked for it while the response was made.
 */
@Injectable()
export class ItemIncludes {
  constructor(private readonly sealer: Sealer) {}

  /**
   * Reads a query, whose lists are written `include=a&include=b` or `include[]=a`.
   * @throws ApiError 400 for an unknown value.
   */
  of(query: Readonly<Record<string, unknown>>): AddIncluded {
    const values = [query.include ?? [], query['include[]'] ?? []].flat();
    const unknown = values.find((value) => !INCLUDE_VALUES.has(value as string));
    if (unknown !== undefined) {
      throw unsupportedValue('include', unknown, [...INCLUDE_VALUES]);
    }
    return values.includes(SEALED_REASONING) ? (item) => this.withSealed(item) : keep;
  }

  private withSealed<Item extends object>(item: Item): Item {
    const { type, content, summary, encrypted_content } = item as Record<string, unknown>;
    if (type !== 'reasoning' || nonEmptyText(encrypted_content) !== undefined) return item;
    const text = textsOf(content) ?? textsOf(summary);
    if (text === undefined) return item;
    return { ...item, encrypted_content: this.sealer.seal('reasoning', text) };
  }
}
