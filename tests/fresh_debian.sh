#!/bin/sh
# Installs a package in a fresh Debian 12 and uses it there, as somebody does who has just got it: adds the demo
# world's sites, crawls them, asks in SQL, and removes the package again. What is timed is told.
#
#   tests/fresh_debian.sh PACKAGE.deb           makes the root with debootstrap
#   tests/fresh_debian.sh PACKAGE.deb ROOT.tar  unpacks it, as debootstrap made it before
#
# Needs root, debootstrap (or ROOT.tar) and a build with tests, in build/ or in $BUILD: its demo-world
# serves the sites. The package sources are this machine's own.
set -eu
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$top/build}
package=$1
sources=/etc/apt/sources.list.d/debian.sources
root=$(mktemp -d)
world=

clean() {
    [ -z "$world" ] || kill "$world" 2>/dev/null || true
    umount "$root/proc" "$root/dev" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "$*" >&2
    exit 1
}

if [ $# -gt 1 ]; then
    tar -xf "$2" -C "$root"
else
    debootstrap --variant=minbase bookworm "$root" "$(awk '/^URIs:/ { print $2; exit }' "$sources")" >/dev/null
fi
rm -f "$root/etc/apt/sources.list"
cp "$sources" "$root/etc/apt/sources.list.d/"
for file in /etc/apt/apt.conf.d/*; do # how this machine reaches its package sources, if that needs settings
    ! grep -qi acquire "$file" || cp "$file" "$root/etc/apt/apt.conf.d/"
done
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp "$package" "$root/root/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"

# A command in the root, timed by a clock on the wall.
inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive sh -c "cd /root && $*"
}
timed() { # what command...
    what=$1
    shift
    began=$(date +%s.%N)
    inside "$@" >"$root/root/log" 2>&1 || { cat "$root/root/log" >&2 && fail "$what failed"; }
    echo "$what: $(date +%s.%N | awk -v began="$began" '{ printf "%.1f s", $1 - began }')"
}

inside apt-get -q update >/dev/null
timed "apt install" apt-get -q -y install "./$(basename "$package")"
inside id crawler | grep -q '(crawler)' || fail "there is no user crawler"
[ "$(inside stat -c %U:%a /var/lib/crawler)" = crawler:750 ] || fail "/var/lib/crawler is not the service's"
inside ldd /usr/bin/crawler | grep -i 'not found' && fail "a library is missing"

"$build/tests/demo-world" --with-parent --directory "$top/data/world" --day "$(date -u +%Y-%m-%d)" \
    --sites-file "$root/root/all" --apis-file "$root/root/apis" --truth-file "$root/root/truth" &
world=$!
for _ in $(seq 100); do
    [ -s "$root/root/all" ] && break
    sleep 0.1
done
head -n 10 "$root/root/all" >"$root/root/list.txt"
timed "crawler add of ten sites" crawler add --sites news.db --file list.txt
timed "the first crawl" crawler --sites news.db --contact you@example.org --allow-net 127.0.0.0/8 --delay 0.05
inside crawler report --sites news.db >/dev/null
articles=$(inside "sqlite3 news.db 'SELECT count(*) FROM v_articles'")
echo "$articles articles"
[ "$articles" -gt 150 ] || fail "too few"

timed "apt purge" apt-get -q -y purge crawler
left=$(inside "find / -xdev -path /proc -prune -o -name '*crawler*' -print" |
    grep -vE '^/(root|sys|var/lib/crawler|var/lib/apt|var/cache|var/log|tmp)' || true)
[ -z "$left" ] || fail "left behind: $left"
