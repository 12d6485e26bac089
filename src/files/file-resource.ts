import type { StoredFile } from '../store/file-store.port.js';

/** `/v1/files` answers with this. Source: openai-node 7.57, FileObject. */
export interface FileResource {
  id: string;
  object: 'file';
  bytes: number;
  /** These are in seconds since the epoch. */
  created_at: number;
  expires_at: number;
  filename: string;
  purpose: string;
  status: 'processed';
}

export function toFileResource(file: StoredFile): FileResource {
  const { id, bytes, createdAt, expiresAt, filename, purpose } = file;
  return {
    id,
    object: 'file',
    bytes,
    created_at: createdAt,
    expires_at: expiresAt,
    filename,
    purpose,
    status: 'processed',
  };
}
