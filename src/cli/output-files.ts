import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Input } from './inputs.ts'
import type { Format } from './object-output.ts'

/** Where the output of an input goes. */
export function outputFile(folder: string, { stem }: Pick<Input, 'stem'>, format: Format): string {
  return path.join(folder, `${stem}.${format}`)
}

/** Why the outputs cannot go into this folder: two would be one file, or one is there already. */
export function outputFault(
  folder: string,
  inputs: readonly Input[],
  { format, force }: { format: Format; force: boolean },
): string | undefined {
  const taken = new Map<string, Input>()
  for (const input of inputs) {
    const file = outputFile(folder, input, format)
    const other = taken.get(file)
    if (other)
      return `${other.name} and ${input.name} would both become ${file}; translate them into different folders`
    if (!force && existsSync(file)) return existing(file)
    taken.set(file, input)
  }
  return undefined
}

/** What to say of a file that is there already. */
export function existing(file: string): string {
  return `${file} is there already; replace it with --force, or choose another place`
}
