/**
 * Says what one field of a dialect may hold: `usual` is its value where nothing else is known, `says` the documentation's line.
 */
interface FieldOf<Kind extends string, Value> {
  readonly kind: Kind;
  readonly usual: Value;
  /** Holds Markdown, as docs/backends.md shows it. */
  readonly says: string;
}

export interface ChoiceField<Value extends string = string> extends FieldOf<'choice', Value> {
  readonly values: readonly Value[];
}
export interface ListField<Value extends string = string> extends FieldOf<
  'list',
  readonly Value[]
> {
  readonly values: readonly Value[];
}
export interface NumberField extends FieldOf<'number', number> {
  readonly min: number;
  readonly max: number;
}
export type SwitchField = FieldOf<'switch', boolean>;
export type WordsField = FieldOf<'words', Readonly<Record<string, string>>>;

export type DialectField = ChoiceField | ListField | NumberField | SwitchField | WordsField;

export function oneOf<const Value extends string>(
  values: readonly Value[],
  usual: NoInfer<Value>,
  says: string,
): ChoiceField<Value> {
  return { kind: 'choice', values, usual, says };
}

export function someOf<const Value extends string>(
  values: readonly Value[],
  usual: readonly NoInfer<Value>[],
  says: string,
): ListField<Value> {
  return { kind: 'list', values, usual, says };
}

export function wholeNumber(min: number, max: number, usual: number, says: string): NumberField {
  return { kind: 'number', min, max, usual, says };
}

export function onOff(usual: boolean, says: string): SwitchField {
  return { kind: 'switch', usual, says };
}

export function words(usual: Readonly<Record<string, string>>, says: string): WordsField {
  return { kind: 'words', usual, says };
}
