#!/bin/sh
# Makes what docker-compose.yml mounts as secrets, in deploy/compose/secrets or the folder given. Keeps what is there.
set -eu
folder="${1:-$(dirname "$0")/secrets}"
umask 077
mkdir -p "$folder"
cd "$folder"

# Containers run as other users than the owner of this folder, which nobody else can enter.
keep() {
  if [ ! -e "$1" ]; then
    cat >"$1.new"
    chmod 644 "$1.new"
    mv "$1.new" "$1"
  fi
}

openssl rand -hex 24 | keep postgres_password
openssl rand -hex 24 | keep database_password
openssl rand -hex 24 | keep database_owner_password
openssl rand -hex 24 | keep redis_password
openssl rand -base64 24 | keep admin_password
openssl rand -base64 32 | keep secret_key
echo "k1:$(openssl rand -base64 32)" | keep encryption_keys
echo "postgres://gatehouse_app:$(cat database_password)@postgres:5432/gatehouse" | keep database_url
echo "postgres://gatehouse_owner:$(cat database_owner_password)@postgres:5432/gatehouse" | keep database_owner_url
echo "redis://:$(cat redis_password)@redis:6379" | keep redis_url

if [ ! -e mail_certificate ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=mail \
    -addext subjectAltName=DNS:mail -keyout key.new -out certificate.new 2>/dev/null
  keep mail_key <key.new
  keep mail_certificate <certificate.new
  rm key.new certificate.new
fi
echo "The first administrator's password is in $folder/admin_password"
