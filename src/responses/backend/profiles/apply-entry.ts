import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { ProfileEntry } from './profile-entry.js';

/** These fields of an entry tell of the model, and nothing of how the backend is spoken to. */
export const ofCatalogue = ['displayName', 'contextWindow', 'efforts', 'vision', 'prices'] as const;

/** The dialect has these fields of an entry in another form, or not at all. */
const ownFields: ReadonlySet<string> = new Set<keyof ProfileEntry>([
  ...(['dialect', 'allowedFields', 'extraFields', 'overflowPatterns'] as const),
  ...ofCatalogue,
]);

/** Changes a dialect as an entry of BACKEND_PROFILES says. */
export function applyEntry(dialect: BackendDialect, entry: ProfileEntry): BackendDialect {
  const { allowedFields = dialect.allowedFields, extraFields = [], overflowPatterns } = entry;
  const { toolChoice } = entry;
  return {
    ...dialect,
    ...(setFields(entry, (name) => !ownFields.has(name)) as Partial<BackendDialect>),
    ...(typeof toolChoice === 'boolean' ? { toolChoice: toolChoice ? 'named' : 'none' } : {}),
    allowedFields: new Set([...allowedFields, ...extraFields]),
    overflowPatterns:
      overflowPatterns?.map((pattern) => new RegExp(pattern, 'i')) ?? dialect.overflowPatterns,
  };
}

/** Leaves out what is not set, as it must not hide what an earlier entry set. */
export function setFields(entry: ProfileEntry, wanted: (name: string) => boolean): object {
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([name, value]) => wanted(name) && (value ?? undefined) !== undefined,
    ),
  );
}
