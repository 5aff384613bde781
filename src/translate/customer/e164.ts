import { createRequire } from 'node:module'
import type { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

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

interface NumberingPlans {
  parse: typeof parsePhoneNumberFromString
  callingCodes: ReadonlySet<string>
}

let plans: NumberingPlans | undefined

/**
 * libphonenumber-js, well kept, knows how long each country's numbers are and which zeros are dialled only at home. Loaded with
 * the first number: the numbering plans of the world take 18 MB, and most feeds have no telephone in them.
 */
function numberingPlans(): NumberingPlans {
  const library: {
    getCountries: typeof getCountries
    getCountryCallingCode: typeof getCountryCallingCode
    parsePhoneNumberFromString: typeof parsePhoneNumberFromString
  } = createRequire(import.meta.url)('libphonenumber-js/min')
  return {
    parse: library.parsePhoneNumberFromString,
    callingCodes: new Set(library.getCountries().map((country) => library.getCountryCallingCode(country))),
  }
}

/** ITU-T E.164 §6.1: at most 15 digits; the shortest in use, country code and all, have 7. The plans alone allow others. */
const E164 = /^\+[1-9]\d{6,14}$/

/** The library throws for a default calling code that no country has; as a part of the whole number it does not. */
function possible(number: string, callingCode: string | undefined): string | undefined {
  plans ??= numberingPlans()
  const isCountry = callingCode !== undefined && plans.callingCodes.has(callingCode)
  const whole = callingCode === undefined || isCountry ? number : `+${callingCode}${number}`
  const parsed = plans.parse(whole, {
    extract: false,
    ...(isCountry && { defaultCallingCode: callingCode }),
  })
  if (!parsed?.isPossible() || parsed.ext !== undefined) return undefined
  return E164.test(parsed.number) ? parsed.number : undefined
}
