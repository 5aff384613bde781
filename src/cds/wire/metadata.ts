import { z } from 'zod'
import { datetime, url } from './primitives.ts'

/** CDS-WG1-01 §3.2 #metadata-object-format, with the extension of CDS-WG1-02 §3.1 #auth-server-metadata-url. */
export const serverMetadata = z.object({
  cds_metadata_version: z.literal('v1'),
  cds_metadata_url: url,
  created: datetime,
  updated: datetime,
  name: z.string(),
  description: z.string(),
  website: url,
  documentation: url,
  support: url,
  capabilities: z.array(z.enum(['coverage', 'oauth'])),
  coverage: url,
  oauth_metadata: url,
})
export type ServerMetadata = z.infer<typeof serverMetadata>
