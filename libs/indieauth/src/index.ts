export { IndieauthModule } from './indieauth.module.js';
