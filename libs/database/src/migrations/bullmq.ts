// By name, because a bundler gives a dynamic import of a CommonJS package its names only by chance.
export { assertSchemaCompatibility, runMigrations, SchemaMigrationRequiredError } from 'bullmq';
