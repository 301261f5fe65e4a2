import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ClientDocument } from '../clients/client-document.js';

/** What a client last said of itself. */
@Entity('indieauth_clients')
export class IndieauthClient {
  /** The `client_id`: an address. */
  @PrimaryColumn({ type: 'character varying', primaryKeyConstraintName: 'indieauth_clients_pkey' })
  id: string;

  @Column({ type: 'jsonb' })
  document: ClientDocument;

  @Index('indieauth_clients_fetched_idx')
  @Column({ name: 'fetched_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  fetchedAt: Date;

  /** Until then an authorization asks for nothing anew. */
  @Column({ name: 'fresh_until', type: 'timestamp with time zone' })
  freshUntil: Date;
}
