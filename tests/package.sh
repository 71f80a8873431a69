#!/bin/sh
# Whether the Debian package and the source tarball are what they should be: made twice, in two folders, from the
# clone and from the tarball itself, under other settings, they have the same bytes; lintian has nothing to
# say (where it is installed); and the package installs in a fresh Debian 12, where it crawls.
#
#   tests/package.sh                two builds, one hash, and lintian (78 s of CPU)
#   tests/package.sh --fresh        and a fresh root: needs root and debootstrap
#   tests/package.sh --fresh ROOT   starts from that tarball of a root, as debootstrap makes it
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
fresh=no
root=
case ${1:-} in
'') ;;
--fresh) fresh=yes root=${2:-} ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "$*" >&2
    exit 1
}
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }

echo "== The package, from the clone"
data/package/build.sh --in "$place/one"
echo "== Again, from the tarball, elsewhere and under other settings"
mkdir -p "$place/another place"
tar -xzf "$place"/one/crawler-*.tar.gz -C "$place/another place"
sleep 1
(
    umask 077
    cd "$place/another place"/crawler-*
    LC_ALL=C.UTF-8 TZ=Asia/Tokyo CFLAGS=-O1 data/package/build.sh --in "$place/another place/of builds"
)
for made in "$place"/one/crawler[-_]*; do
    same "$made" "$place/another place/of builds/$(basename "$made")"
done
package=$(ls "$place"/one/crawler_*.deb)
(cd "$place/one" && sha256sum crawler[-_]*)

if command -v lintian >/dev/null; then
    echo "== lintian"
    lintian --profile debian --fail-on error,warning "$package" || fail "lintian has found faults"
fi
[ $fresh = no ] || tests/fresh_debian.sh "$package" $root
