# Shared by the scripts of this folder; source it, do not run it.
#
# What it offers: say, fail, quietly, need_packages, need_swift.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LOGS="$ROOT/.build/logs"

# What the product is compiled with and runs on. Debian keeps the C libraries patched.
BUILD_PACKAGES=(
    ca-certificates coinor-libcbc-dev git libcurl4-openssl-dev libsqlite3-dev libssl-dev
    pkg-config tzdata
)
# What the tests run beside it: a browser, Java for the Nu HTML checker, Python for reference
# implementations, a second SQLite, and PostgreSQL, of which the tests start a server of their own,
# with the header of its library, which our declarations are held against.
TEST_PACKAGES=(
    chromium fonts-dejavu libpq-dev openjdk-17-jre-headless postgresql python3-venv sqlite3
)

# Without it SwiftPM orders compiler flags by chance, and rebuilds what has not changed.
export SWIFT_DETERMINISTIC_HASHING=1

say() {
    printf '==> %s\n' "$*"
}

fail() {
    printf '\nError: %s\n' "$*" >&2
    exit 1
}

# quietly NAME COMMAND...: runs the command with its output in a log, shown only where it fails.
quietly() {
    local log="$LOGS/$1.log"
    shift
    mkdir -p "$LOGS"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        fail "This failed: $*
The whole log is in ${log#"$ROOT"/}"
    fi
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages NAME...: installs those Debian packages that are missing, and only those.
need_packages() {
    local package missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian, so nothing is installed. Needed are what Debian calls: $*"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        return
    fi

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        # sudo may ask for a password where somebody is there to type it.
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
            sudo -v || true
        else
            fail "These Debian packages are missing, and only root may install them. As root:

    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        fi
    fi
    say "Installing Debian packages: ${missing[*]}"
    quietly apt-update "${as_root[@]}" apt-get update
    quietly apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"
}

# need_swift: finds Swift 6.2 or newer, and puts it on PATH.
need_swift() {
    local folder version
    if ! command -v swift >/dev/null; then
        for folder in /opt/swift/usr/bin "$HOME/.local/share/swiftly/bin" /usr/local/swift/usr/bin; do
            if [ -x "$folder/swift" ]; then
                export PATH="$folder:$PATH"
                break
            fi
        done
    fi
    command -v swift >/dev/null || fail "Swift was not found.
Install Swift 6.2 or newer for Debian 12 by https://www.swift.org/install/linux/ and run this again.
Where it is unpacked somewhere of its own:  PATH=/that/folder/usr/bin:\$PATH $0"

    version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)"
    if [ -z "$version" ]; then
        swift --version >&2 || true
        fail "$(command -v swift) does not start. Swift's own list of the Debian packages that it needs
is on https://www.swift.org/install/linux/"
    fi
    if [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
        fail "$(command -v swift) is Swift $version; 6.2 or newer is needed.
See https://www.swift.org/install/linux/"
    fi
    say "Swift $version ($(command -v swift))"
}
