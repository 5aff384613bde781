import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { listen } from '../shared/listen.ts'
import { sandboxApp } from './app.ts'
import { AuthorizationBook } from './authorizations.ts'
import type { Custodian } from './custodian.ts'
import { type CustomerDirectory, customerDirectory } from './customer-directory.ts'
import type { Territory } from './customers/generate.ts'
import { DIALECTS } from './dialect.ts'
import { readEspiFolder } from './espi-files.ts'
import { FaultBoard, type FaultInput } from './faults.ts'
import type { SandboxOptions } from './options.ts'
import { readState, writeState } from './state-file.ts'

/** A running simulated utility. */
export interface Sandbox {
  /** Scheme, host and port, no slash at the end. */
  readonly url: string
  /** The port it listens on. */
  readonly port: number
  /** What was generated: customers, how far their data reaches, the calendar to sum it with. */
  readonly territory: () => Territory
  readonly directory: CustomerDirectory
  readonly authorizations: AuthorizationBook
  setFault(fault: FaultInput): void
  clearFaults(): void
  /** How many requests came for paths that start so. */
  requestCount(pathPrefix?: string): number
  close(): Promise<void>
}

/** Starts the simulated utility on its own port; rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, log, stateFile } = options
  const files = options.files === undefined ? [] : await readEspiFolder(options.files)
  const directory = customerDirectory(options, files)
  const keep = stateFile === undefined ? () => {} : writeState.bind(undefined, stateFile)
  const book = new AuthorizationBook(readState(stateFile), { clock, keep })
  const faults = new FaultBoard()
  const server = createServer()
  const shared = {
    directory,
    book,
    faults,
    clock,
    log,
    baseUrl: () => options.publicUrl?.replace(/\/$/, '') ?? urlOf(server, options.host),
  }
  const custodians = DIALECTS.map((dialect): Custodian => {
    return { ...shared, dialect, clients: options.clients.filter((client) => client.dialect === dialect.id) }
  })

  const counts = new Map<string, number>()
  server.on('request', ({ url = '/' }) => {
    const [path = '/'] = url.split('?')
    counts.set(path, (counts.get(path) ?? 0) + 1)
  })
  server.on('request', sandboxApp(custodians, shared))
  await listen(server, options.port, options.host, '--sandbox-port')

  return {
    url: shared.baseUrl(),
    port: portOf(server),
    territory: directory.territory,
    directory,
    authorizations: book,
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    requestCount: (prefix = '/') => {
      const matching = [...counts].filter(([path]) => path.startsWith(prefix))
      return matching.reduce((sum, [, count]) => sum + count, 0)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function urlOf(server: Server, host: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`
}

function portOf(server: Server): number {
  const address = server.address()
  assert(typeof address === 'object' && address, 'a listening server has a port')
  return address.port
}
