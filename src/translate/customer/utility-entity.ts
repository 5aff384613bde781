import type { Entity } from '../../cds/wire/entity.ts'
import type { Identify } from '../../shared/ids.ts'
import type { UtilityProfile } from '../../utility/profile.ts'

/** A utility as an Entity object, CDS-WG3-01 §10.1.4 #entity-format. */
export function toEntity(profile: UtilityProfile, identify: Identify): Entity {
  return {
    id: identify('entity', profile.id),
    types: profile.entity.types,
    entity_number: profile.entity.number,
    entity_name: profile.name,
    entity_abbreviation: profile.abbreviation,
  }
}
