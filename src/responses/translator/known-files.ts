/** A file that was uploaded, whole. */
export interface KnownFile {
  filename: string;
  base64: string;
}

/** Holds the files that a request and its history name by `file_id`; those that are not there are left out. */
export type KnownFiles = ReadonlyMap<string, KnownFile>;

/** Finds files by their ids, and leaves out unknown ones. */
export type FindFiles = (ids: readonly string[]) => Promise<KnownFiles>;

const OWN_ID = /^file-[0-9a-f]{48}$/;

/** Tells whether this service may have given a file its id. Those of others are shorter (OpenAI, Azure) or written differently. */
export function isOwnFileId(id: unknown): boolean {
  return typeof id === 'string' && OWN_ID.test(id);
}
