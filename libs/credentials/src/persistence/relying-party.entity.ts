import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: the id that passkeys are made for. */
@Entity('relying_party')
@Check('relying_party_singleton_check', 'singleton')
export class RelyingPartyRow {
  @PrimaryColumn({ type: 'boolean', default: true, primaryKeyConstraintName: 'relying_party_pkey' })
  singleton: boolean;

  @Column({ type: 'character varying' })
  id: string;
}
