import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { UserId } from '../user-id.js';
import { User } from './user.entity.js';

@Entity('groups')
export class Group {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'groups_pkey' })
  id: string;

  @Index('groups_name_key', { unique: true })
  @Column({ type: 'character varying' })
  name: string;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;
}

@Entity('group_members')
export class GroupMember {
  @PrimaryColumn({ name: 'group_id', type: 'uuid', primaryKeyConstraintName: 'group_members_pkey' })
  groupId: string;

  @Index('group_members_user_idx')
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'group_members_pkey' })
  userId: UserId;

  @ManyToOne(() => Group, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'group_id', foreignKeyConstraintName: 'group_members_group_fkey' })
  group?: Relation<Group>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'group_members_user_fkey' })
  user?: Relation<User>;
}
