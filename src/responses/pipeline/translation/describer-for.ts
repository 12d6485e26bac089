import type { BackendTarget } from '../../backend/backend.js';
import type { VisionModel } from '../../backend/profiles/profile-entry.js';

/** Gives the model that describes images for a target that takes none, where the operator named one. */
export function describerFor({ backend, model }: BackendTarget): VisionModel | undefined {
  const { dialects } = backend;
  return dialects.forModel(model).images === 'none' ? dialects.profileOf(model).vision : undefined;
}
