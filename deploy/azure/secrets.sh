#!/usr/bin/env bash
# Sets the secrets of a deployment: makes the keys of the bus, of risk and of anchors, and asks for those of the broker and the vendor.
# usage: deploy/azure/secrets.sh RESOURCE-GROUP
# What is there already stays. Needs az (signed in, as one of the administrators), openssl, and Node for the command line.
set -euo pipefail
umask 077
group=${1:?usage: deploy/azure/secrets.sh RESOURCE-GROUP}
vault=$(az keyvault list --resource-group "$group" --query '[0].name' --output tsv)
[ -n "$vault" ] || { echo "$group has no vault: deploy it first" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() { az keyvault secret show --vault-name "$vault" --name "$1" --query id --output none 2>/dev/null; }
set_file() { has "$1" || az keyvault secret set --vault-name "$vault" --name "$1" --file "$2" --output none; }
ask() {
  has "$1" && return
  read -rsp "$1: " value && echo
  [ -n "$value" ] || { echo "$1 is empty" >&2; exit 1; }
  printf %s "$value" > "$work/value"
  set_file "$1" "$work/value"
}

# The bus: a key for each, and the accounts that the server knows them by. All or none: accounts that do not know a key keep its service out.
if ! has bus-accounts; then
  AITRADER_HOME="$work" npx aitrader bus config --keys "$work/bus" --apart --out "$work/accounts.conf"
  for key in "$work"/bus/*/*.nk; do set_file "bus-key-$(basename "$key" .nk)" "$key"; done
  set_file bus-accounts "$work/accounts.conf"
fi

# Certificates of the bus: an authority of its own, whose key nobody keeps.
if ! has bus-tls-ca; then
  openssl req -x509 -newkey ed25519 -days 1825 -nodes -subj /CN=aitrader-bus-authority -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
  openssl req -newkey ed25519 -nodes -subj /CN=aitrader-bus -keyout "$work/bus.key" -out "$work/bus.csr" 2>/dev/null
  printf 'subjectAltName=IP:10.40.2.4,IP:10.40.2.5,IP:10.40.2.6\nextendedKeyUsage=serverAuth,clientAuth\n' > "$work/names"
  openssl x509 -req -in "$work/bus.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 1825 -extfile "$work/names" -out "$work/bus.pem" 2>/dev/null
  set_file bus-tls-key "$work/bus.key"
  set_file bus-tls-certificate "$work/bus.pem"
  set_file bus-tls-ca "$work/ca.pem"
fi

# What orders, anchors and commands are signed with, and what others know them by: who commands at a terminal, at the console, and by the schedule.
for name in risk anchor operator console scheduler; do
  has "$name-key" && continue
  openssl genpkey -algorithm ed25519 -outform DER | base64 -w0 > "$work/$name.key"
  # the 32 bytes of the public key, as our files have them
  base64 -d "$work/$name.key" | openssl pkey -inform DER -pubout -outform DER | tail -c 32 | base64 -w0 | tr '+/' '-_' | tr -d = > "$work/$name.pub"
  set_file "$name-key" "$work/$name.key"
  set_file "trusted-$name" "$work/$name.pub"
done

# What the scheduler does, and what a sweep tries: files of one's own; at first there is nothing to be done.
has schedule || set_file schedule "$(dirname "$0")/../schedule.json"
has sweep-grid || { printf '{}' > "$work/grid.json" && set_file sweep-grid "$work/grid.json"; }

ask broker-key-id
ask broker-secret-key
ask vendor-key-id
ask vendor-secret-key
ask console-client-secret
echo "$vault: the secrets are set; deploy again with AITRADER_HAS_SECRETS=true"
