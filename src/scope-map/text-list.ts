import { z } from 'zod'

const list = z.array(z.string())

/** A detail's value as a list of texts; undefined when it is null, absent or anything else. */
export function textList(value: unknown): readonly string[] | undefined {
  return list.safeParse(value).data
}
