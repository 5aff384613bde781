import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/clean-up.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Many files wait more than they work: for servers, browsers and time-outs.
    maxWorkers: '100%',
    // Bounds against hanging, not measurements: a machine may be busy with other things.
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
})
