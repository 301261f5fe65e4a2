export { type AccountErasure, AccountErasures } from './account-erasures.js';
export { AuthenticationModule } from './authentication.module.js';
export { FirstAdmin } from './first-admin.service.js';
export { type FlowAim, reaches, SignInFlows } from './sign-in-flows.js';
export { newMagicCode, shownMagicCode, typedMagicCode } from './magic-link-code.js';
