# Sourced by ringrift and verify: sets JAVA_HOME to a JDK of at least 25, or says what to install.

jdk_min=25

# The feature version of the JDK in folder $1, or nothing. The release file saves starting a JVM.
jdk_version() {
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  local on_path candidate version
  on_path=$(command -v javac || true)
  if [[ -n $on_path ]]; then
    on_path=$(cd -P "$(dirname "$(readlink -f "$on_path")")/.." && pwd)
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ -n $candidate ]] || continue
    version=$(jdk_version "$candidate")
    if [[ -n $version && $version -ge $jdk_min ]]; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  cat >&2 <<END
no JDK $jdk_min or newer was found
  because: looked in JAVA_HOME (${JAVA_HOME:-not set}), on the PATH (${on_path:-no javac}) and in /usr/lib/jvm
  to mend: install Temurin $jdk_min (https://adoptium.net) or your system's openjdk-$jdk_min-jdk,
           or set JAVA_HOME to a JDK $jdk_min
END
  return 1
}

find_maven() {
  command -v mvn >/dev/null && return 0
  cat >&2 <<END
Maven was not found
  because: there is no mvn on the PATH, and the sources have to be built
  to mend: install it, for example with 'apt-get install maven'
END
  return 1
}

# Maven's own libraries use what newer JDKs warn about, which is noise to a user.
export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
