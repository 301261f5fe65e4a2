import { Group, GroupMember } from './persistence/group.entity.js';
import { User } from './persistence/user.entity.js';

export const usersEntities = [User, Group, GroupMember];
