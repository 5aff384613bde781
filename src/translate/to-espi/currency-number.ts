import { currencies } from '../../espi/codes.ts'

const NUMBERS: ReadonlyMap<string, number> = new Map([...currencies].map(([code, name]) => [name, code]))

/** The numeric code of an ISO 4217 currency, as ESPI writes it. */
export function currencyNumber(currency: string): number | undefined {
  return NUMBERS.get(currency)
}
