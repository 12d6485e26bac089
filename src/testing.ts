/** This is `responses-proxy/testing`: the contracts of the ports, for any test runner, and the service as a part of a test. */
export { callerContract, type CallerUnderTest } from './testing/caller.contract.js';
export { chatBackendContract, type ChatBackendUnderTest } from './testing/chat-backend.contract.js';
export type { ContractCheck } from './testing/contract-check.js';
export {
  dialectContract,
  familyContract,
  type FamilyUnderTest,
} from './testing/dialect.contract.js';
export { eventViolations } from './testing/event-invariants.js';
export { hookContract, type HooksUnderTest } from './testing/hook.contract.js';
export { responseStoreContract } from './testing/response-store.contract.js';
export type { StoreUnderTest } from './testing/store-subject.js';
export {
  callAnswer,
  responseOf,
  testChunks,
  TestService,
  textAnswer,
  type TestServiceOptions,
} from './testing/test-service.js';
export { toolAdapterContract, type ToolAdapterUnderTest } from './testing/tool-adapter.contract.js';
export {
  toolExecutorContract,
  type ToolExecutorUnderTest,
} from './testing/tool-executor.contract.js';
export {
  webSearchProviderContract,
  type WebSearchProviderUnderTest,
} from './testing/web-search-provider.contract.js';
