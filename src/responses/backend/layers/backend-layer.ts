import type { ChatBackend } from '../chat-backend.port.js';

/** Puts something around a backend that is a backend itself. `stream` of `next` is cold: each subscription is one more call. */
export type BackendLayer = (next: ChatBackend) => ChatBackend;

/** Puts the backend within all layers; the first of them is the outermost. */
export function layered(backend: ChatBackend, layers: readonly BackendLayer[]): ChatBackend {
  return layers.reduceRight((next, layer) => layer(next), backend);
}
