import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { createFile } from '../shared/create-file.ts'
import { GatewayError } from '../shared/errors.ts'
import type { SealKeys } from '../shared/seal.ts'
import { key, sealKeys, WEAK_KEY } from './formats.ts'
import { Secret } from './secret.ts'
import type { Config, Secrets } from './types.ts'

/** The secrets that every process needs, all present. */
export type KeptSecrets = Secrets & {
  readonly sealKeys: Secret<SealKeys>
  readonly idSecret: Secret<Uint8Array>
}

export class SecretsFileError extends GatewayError {
  readonly permanent = true
}

const File = z.object({ SEAL_KEYS: sealKeys, ID_SECRET: key })

/**
 * Fills in SEAL_KEYS and ID_SECRET where the environment does not set them: made on first start, then kept in the data
 * folder, readable by its owner only. Losing that file loses what was sealed.
 */
export function keepSecrets({ dataDir }: Pick<Config, 'dataDir'>, secrets: Secrets): KeptSecrets {
  const { sealKeys: setKeys, idSecret: setSecret } = secrets
  if (setKeys && setSecret) return { ...secrets, sealKeys: setKeys, idSecret: setSecret }
  const kept = readOrMake(path.join(dataDir, 'secrets.json'))
  return {
    ...secrets,
    sealKeys: setKeys ?? new Secret(kept.SEAL_KEYS),
    idSecret: setSecret ?? new Secret(kept.ID_SECRET),
  }
}

function readOrMake(file: string): z.output<typeof File> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const newKey = (): string => randomBytes(32).toString('base64')
  createFile(file, JSON.stringify({ SEAL_KEYS: `local:${newKey()}`, ID_SECRET: newKey() }))
  const result = File.safeParse(parseJson(readFileSync(file, 'utf8')))
  if (result.success) return result.data
  const weak = result.error.issues.find(({ message }) => message === WEAK_KEY)
  if (weak) {
    throw new SecretsFileError(
      `${weak.path.map(String)[0] ?? 'a key'} in ${file} ${WEAK_KEY}. Write the output of \`openssl rand -base64 32\` there.`,
    )
  }
  throw new SecretsFileError(
    `${file} is damaged. Put it back from a backup, or set SEAL_KEYS and ID_SECRET; what it sealed does not open otherwise.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
