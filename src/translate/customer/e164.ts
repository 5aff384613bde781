import { createRequire } from 'node:module'
import type { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A telephone number as ESPI writes it; the parts are empty where there are none. */
export interface TelephoneNumber {
  /** XSD ituPhone: the whole number, as ITU E.164 has it. */
  itu: string
  countryCode: string
  /** Area code, city code and local number, one after the other. */
  national: string
}

/**
 * A telephone number becomes E.164 (CDS-WG3-01 §10.1.6 #account-contact-format), or undefined where that takes guessing. Without a
 * country code only a number that starts with a plus, or of ten North American digits, is unmistakable.
 */
export function toE164({ itu, countryCode, national }: TelephoneNumber): string | undefined {
  if (itu !== '') return ofItu(itu)
  const country = countryCode.replace(/\D/g, '').replace(/^00/, '')
  if (national.startsWith('+') || national.startsWith('00')) return international(national)
  return country === '' ? northAmerican(national) : possible(national, country)
}

/** A number without its plus may be a North American one without its country code too: then nobody knows. */
function ofItu(itu: string): string | undefined {
  if (itu.startsWith('+') || itu.startsWith('00')) return international(itu)
  const [whole, local] = [international(`+${itu}`), northAmerican(itu)]
  return whole !== undefined && local !== undefined && whole !== local ? undefined : (whole ?? local)
}

function international(number: string): string | undefined {
  return possible(number.replace(/^00/, '+'), undefined)
}

const NORTH_AMERICAN = /^1?[2-9]\d{2}[2-9]\d{6}$/

function northAmerican(number: string): string | undefined {
  return NORTH_AMERICAN.test(number.replace(/\D/g, '')) ? possible(number, '1') : undefined
}

let parse: typeof parsePhoneNumberFromString | undefined

/**
 * libphonenumber-js, well kept, knows how long each country's numbers are and which zeros are dialled only at home. Loaded with
 * the first number: the numbering plans of the world take 18 MB, and most feeds have no telephone in them.
 */
function possible(number: string, defaultCallingCode: string | undefined): string | undefined {
  const require = createRequire(import.meta.url)
  parse ??= (require('libphonenumber-js/min') as typeof import('libphonenumber-js/min'))
    .parsePhoneNumberFromString
  const parsed = parse(number, {
    extract: false,
    ...(defaultCallingCode !== undefined && { defaultCallingCode }),
  })
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : undefined
}
