# syntax=docker/dockerfile:1
# One image, three commands:
#   node dist/apps/api/src/main.js            the API (the default)
#   node dist/apps/worker/src/main.js         mail, relay, sweeps
#   node dist/apps/cli/src/main.js migrate    the schema, before either; needs GATEHOUSE_DATABASE_OWNER_URL
# Settings come from the environment: see .env.example.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --no-audit --no-fund
COPY . .
RUN npm run build

# The only optional dependency of ours is the embedded PostgreSQL. `--omit=optional` would also leave out what
# packages keep as optional ones of theirs, the native argon2 among them.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm pkg delete optionalDependencies && npm install --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
# Hashing shares libuv's four threads with files and DNS, and stays below them. On more than four cores raise
# UV_THREADPOOL_SIZE; under a CPU limit set GATEHOUSE_HASH_THREADS to it.
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
USER node
EXPOSE 3000 9090
CMD ["node", "dist/apps/api/src/main.js"]
