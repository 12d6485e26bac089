/** Unit tests stand beside the source; e2e runs the service on a real port; conformance and codex drive it with real clients. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** The service of these is the compiled one. */
const compiled = { ...shared, testEnvironment: '<rootDir>/test/support/compiled-service.mjs' };

/** These also run with the service as a backend of itself that speaks Responses, which says the most for its time. */
const overTwoHops = [
  ...['compliance', 'compliance-websocket', 'openai', 'openai-tools', 'openai-errors'],
  ...['agents', 'ai', 'langchain', 'server-tools', 'mapped-tools', 'mcp', 'mcp-of-clients'],
  ...['background', 'state', 'compact', 'context-compaction', 'input-tokens', 'thoughts', 'files'],
  ...['websocket', 'responses-stream', 'responses-errors', 'responses-limits', 'responses-abort'],
  ...['responses-heartbeat', 'responses-backpressure', 'responses-broken-backend', 'breaker'],
  ...['responses-log-line', 'metrics', 'inspector', 'memories', 'codex-errors', 'ai-errors'],
];

export default {
  globalSetup: '<rootDir>/test/support/tell-what-is-missing.mjs',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/{,store/}*.spec.ts'],
    },
    {
      ...compiled,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/{e2e,backends,hardening}/**/*.e2e-spec.ts'],
    },
    {
      ...compiled,
      displayName: 'conformance',
      testMatch: ['<rootDir>/test/conformance/**/*.conformance-spec.ts'],
    },
    {
      ...compiled,
      displayName: 'two-hops',
      setupFiles: [...shared.setupFiles, '<rootDir>/test/support/two-hops.mjs'],
      testMatch: [`<rootDir>/test/{e2e,conformance}/{${overTwoHops.join(',')}}.*-spec.ts`],
    },
    { ...compiled, displayName: 'codex', testMatch: ['<rootDir>/test/codex/**/*.codex-spec.ts'] },
    { ...compiled, displayName: 'llama', testMatch: ['<rootDir>/test/llama/**/*.llama-spec.ts'] },
    {
      ...compiled,
      displayName: 'deploy',
      testMatch: ['<rootDir>/test/deploy/**/*.deploy-spec.ts'],
    },
  ],
  maxWorkers: 2,
  testTimeout: 60_000,
  coverageProvider: 'v8',
  // The translator is measured by its own tests: what stands around it is reached by the tests on a real port.
  collectCoverageFrom: ['src/responses/translator/**/*.ts', '!**/*.spec.ts'],
  coverageReporters: ['text-summary', 'json-summary', 'lcov'],
  coverageThreshold: { global: { branches: 95, lines: 95, functions: 93 } },
};
