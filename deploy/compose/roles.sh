#!/bin/sh
# Runs once, in an empty PostgreSQL: the role that owns the schema and the role of the app, which migrations give
# DML and nothing else. On a server of your own, do the same by hand.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner="$(cat "${OWNER_PASSWORD_FILE:-/run/secrets/database_owner_password}")" \
  --set app="$(cat "${APP_PASSWORD_FILE:-/run/secrets/database_password}")" <<'SQL'
CREATE ROLE gatehouse_owner LOGIN PASSWORD :'owner';
CREATE ROLE gatehouse_app LOGIN PASSWORD :'app';
CREATE DATABASE gatehouse OWNER gatehouse_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE gatehouse FROM PUBLIC;
GRANT CONNECT ON DATABASE gatehouse TO gatehouse_app;
SQL
