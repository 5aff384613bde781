/** Exit codes of the server commands; those that read files have their own (`io.ts`), the shell adds 128 + signal. */
export const STOPPED = 0
/** The start failed: configuration, port, PostgreSQL, Redis. The message says what to change. */
export const NOT_STARTED = 1
/** A mistake in the program, told in one line (`EX_SOFTWARE` of sysexits.h). */
export const UNEXPECTED_END = 70
/** Told to stop, and something did not within the time allowed (`EX_TEMPFAIL`). */
export const NOT_STOPPED_IN_TIME = 75
/** Told to stop twice. */
export const STOPPED_AT_ONCE = 130
