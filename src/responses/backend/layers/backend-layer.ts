import type { AnyBackend } from '../chat-backend.port.js';

/** Puts something around a backend that is a backend itself. `stream` of `next` is cold: each subscription is one more call. */
export type BackendLayer = (next: AnyBackend) => AnyBackend;

/** Puts the backend within all layers; the first of them is the outermost. */
export function layered(backend: AnyBackend, layers: readonly BackendLayer[]): AnyBackend {
  return layers.reduceRight((next, layer) => layer(next), backend);
}
