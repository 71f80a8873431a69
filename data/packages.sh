# packages.sh - what has to be installed to build and test, on each system that is known.
#
# Sourced by quickstart.sh and tests/run.sh: `install_packages` installs what is missing, asking
# nothing, and `job_count` says how many jobs this machine can take. Plain POSIX sh: on a bare
# system there is nothing else yet.

# The same libraries under each system's names, each beside what builds and asks.
packages_debian="gcc libc6-dev cmake ninja-build pkg-config sqlite3
    libuv1-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev libxml2-dev libc-ares-dev libdeflate-dev
    libbrotli-dev libzstd-dev zlib1g-dev libpsl-dev libidn2-dev libuchardet-dev libjansson-dev
    libxxhash-dev libseccomp-dev libpq-dev libcmocka-dev ca-certificates"
packages_fedora="gcc glibc-devel glibc-gconv-extra cmake ninja-build pkgconf-pkg-config sqlite
    libuv-devel libcurl-devel openssl-devel sqlite-devel libxml2-devel c-ares-devel libdeflate-devel
    brotli-devel libzstd-devel zlib-devel libpsl-devel libidn2-devel uchardet-devel jansson-devel
    xxhash-devel libseccomp-devel libpq-devel libcmocka-devel ca-certificates"
packages_alpine="gcc musl-dev linux-headers cmake samurai pkgconf sqlite
    libuv-dev curl-dev openssl-dev sqlite-dev libxml2-dev c-ares-dev libdeflate-dev
    brotli-dev zstd-dev zlib-dev libpsl-dev libidn2-dev uchardet-dev jansson-dev
    xxhash-dev libseccomp-dev libpq-dev cmocka-dev ca-certificates"
packages_arch="gcc cmake ninja pkgconf
    libuv curl openssl sqlite libxml2 c-ares libdeflate brotli zstd zlib libpsl libidn2 uchardet jansson
    xxhash libseccomp postgresql-libs cmocka ca-certificates"
packages_macos="cmake ninja pkgconf
    libuv curl openssl sqlite libxml2 c-ares libdeflate brotli zstd zlib libpsl libidn2 uchardet jansson
    xxhash libpq cmocka"

# Prints the family of this system: debian, fedora, alpine, arch, macos, or nothing.
system_family() {
    if [ "$(uname -s)" = Darwin ]; then
        echo macos
        return
    fi
    [ -r /etc/os-release ] || return 0
    for id in $(. /etc/os-release && echo "$ID ${ID_LIKE:-}"); do
        case $id in
        debian | ubuntu) echo debian && return ;;
        fedora | rhel | centos) echo fedora && return ;;
        alpine | arch) echo "$id" && return ;;
        esac
    done
}

has_package() { # family package
    case $1 in
    debian) dpkg-query -W -f '${Status}' "$2" 2>/dev/null | grep -q 'ok installed' ;;
    fedora) rpm -q --whatprovides "$2" >/dev/null 2>&1 ;;
    alpine) apk info -e "$2" >/dev/null 2>&1 ;;
    arch) pacman -T "$2" >/dev/null 2>&1 ;;
    macos) brew list --versions "$2" >/dev/null 2>&1 ;;
    esac
}

# Runs a command as root: as we are, or by sudo, which may only ask somebody who is there.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        echo "This needs root: run it as root, or install sudo." >&2
        return 1
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

add_packages() { # family packages...
    family=$1
    shift
    case $family in
    debian)
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get -q -y --no-install-recommends install "$@"
        ;;
    fedora) as_root dnf -q -y install "$@" ;;
    alpine) as_root apk add --no-progress "$@" ;;
    arch) as_root pacman -Sy --needed --noconfirm "$@" ;;
    macos) brew install --quiet "$@" ;;
    esac
}

# Homebrew keeps some libraries out of the way of the system's own.
find_homebrew_libraries() {
    for package in curl sqlite libxml2 zlib; do
        PKG_CONFIG_PATH=$(brew --prefix "$package")/lib/pkgconfig:${PKG_CONFIG_PATH:-}
    done
    export PKG_CONFIG_PATH
}

install_packages() {
    family=$(system_family)
    if [ -z "$family" ]; then
        echo "This system's packages are not known here; going on with what is installed." >&2
        return 0
    fi
    eval "wanted=\$packages_$family"
    missing=
    for package in $wanted; do
        has_package "$family" "$package" || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        echo "Installing$(printf ' %s' $missing)" | fold -s -w 100
        log=$(mktemp)
        if ! add_packages "$family" $missing </dev/null >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            rm -f "$log"
            echo "The packages above could not be installed." >&2
            return 1
        fi
        rm -f "$log"
    fi
    [ "$family" != macos ] || find_homebrew_libraries
}

job_count() {
    nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2
}
