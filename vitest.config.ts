import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3, // many tests wait for processes, more than a processor works
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/.cache/compiled` }, // for the many processes that tests start
  },
})
