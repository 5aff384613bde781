// Loaded into a process with --import: it says on stderr how much memory the process had at most, Node.js included.
import { existsSync, readFileSync } from 'node:fs'

process.on('exit', () => {
  // A process inherits the maximum that getrusage reports from the one that started it; Linux keeps its own apart.
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'latin1') : ''
  const kibibytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
  process.stderr.write(`peak ${kibibytes * 1024} bytes\n`)
})
