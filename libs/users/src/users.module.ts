import { Module } from '@nestjs/common';
import { ProfileService } from './profile.service.js';
import { UsersRepository } from './users.repository.js';

@Module({ providers: [UsersRepository, ProfileService], exports: [UsersRepository, ProfileService] })
export class UsersModule {}
