import { Module } from '@nestjs/common';
import { MeController } from './http/me.controller.js';
import { UsersModule } from './users.module.js';

export { ProfileDto, UserDto, userDto } from './http/user.dto.js';

@Module({ imports: [UsersModule], controllers: [MeController] })
export class UsersHttpModule {}
