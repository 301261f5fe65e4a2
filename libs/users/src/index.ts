export { type EmailAddress, emailKey, parseEmail } from './email-address.js';
export { User, type UserStatus } from './persistence/user.entity.js';
export type { PostalAddress, Profile } from './profile.js';
export { formatUserId, newUserId, parseUserId, type UserId } from './user-id.js';
export { asksForSecondFactor, type SecondFactor } from './second-factor.js';
export { usernameKey, usernamePattern } from './username.js';
export { emailTaken, lastAdmin, userNotFound, usernameTaken } from './users.errors.js';
export { UsersModule } from './users.module.js';
export { type NewUser, UsersRepository, type UserSearch } from './users.repository.js';
