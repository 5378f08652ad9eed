/** What handler authors import as "amiable/testing". */
export { openSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
export { type TestAnswer, type TestFailure, testHandler } from './test-handler.ts'
export type { TestOptions } from './test-options.ts'
