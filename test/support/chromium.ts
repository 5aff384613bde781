import { type Browser, chromium } from 'playwright-core'
import { tool } from './tools.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where Chromium is, or undefined: `describe.skipIf(!chromiumProgram())(…)`. */
export function chromiumProgram(): string | undefined {
  return tool('chromium')
}

/** The system's Chromium, headless, that asks nothing of the network beyond what the pages ask. Close it afterwards. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumProgram()
  if (!executablePath) throw new Error('Chromium is missing: guard the test with chromiumProgram()')
  return await chromium.launch({ executablePath, args: FLAGS })
}
