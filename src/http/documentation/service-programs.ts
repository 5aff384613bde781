import { html } from '../../shared/html.ts'
import type { Chapter } from './parts.ts'

/** The anchor that every Service Program's `documentation` points at. */
export const SERVICE_PROGRAMS = 'service-programs'

/** What CDS-WG3-01 §10.2.5 #service-program-format asks the documentation of a program to be, for programs that ESPI only names. */
export function serviceProgramsSection(): Chapter {
  const body = html`<p>The <code>service_programs</code> of a service contract are the demand response programs that the utility names in its feed. Name and
description are the utility’s; <code>program_number</code> is made of the name, because Green Button has no number for a program. <code>active</code>
says that the customer is enrolled, <code>eligible</code> that the enrolment is pending. What else the feed says of a program, such as its capacity, is in
<code>espi_demand_response_programs</code>. Its terms are known to the utility alone: ask there.</p>`
  return { anchor: SERVICE_PROGRAMS, title: 'Service programs', body }
}
