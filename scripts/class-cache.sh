#!/usr/bin/env bash
# Writes a class cache: class-cache.sh JAR CACHE. What the JVM learns in one short life of an agent
# makes each later start of the program faster; without the cache all works too. Wants JAVA_HOME.
set -euo pipefail
jar=$1 cache=$2

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
env -i PATH="$PATH" RINGRIFT_DATA_DIR="$data/ringrift" "$JAVA_HOME/bin/java" \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  '-Djdk.serialFilter=!*' -XX:+UseSerialGC -XX:AOTCacheOutput="$cache.new" \
  -cp "$jar" dev.ringrift.cli.Main train
mv "$cache.new" "$cache"
