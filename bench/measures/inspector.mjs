import { compareServices } from '../support/compare-services.mjs';

/** Measures what the inspector costs: services where it is off and where it is on, and other builds. */
export function measureInspector(backend, options) {
  const { dist, builds } = options;
  const kinds = [
    { name: 'off', dist, env: {} },
    { name: 'on', dist, env: { INSPECTOR: 'true' } },
    ...builds.map((build) => ({ ...build, env: {} })),
  ];
  return compareServices(backend, kinds, options);
}
