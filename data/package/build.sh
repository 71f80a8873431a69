#!/bin/sh
# Makes the source tarball and the Debian package, the same bytes wherever and whenever they are made.
#
#   data/package/build.sh               both, in build-package/
#   data/package/build.sh --in DIR      both, in DIR
#   data/package/build.sh --tarball     the tarball alone
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
. data/packages.sh

place=$top/build-package
package=yes
usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
    case $1 in
    --in)
        [ $# -gt 1 ] || { usage >&2 && exit 2; }
        mkdir -p "$2"
        place=$(cd "$2" && pwd)
        shift
        ;;
    --tarball) package=no ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done

setting() { sed -n "s/^$1[( ]*$2 \([0-9.-]*\).*/\1/p" CMakeLists.txt; }
version=$(setting project 'crawler VERSION')
SOURCE_DATE_EPOCH=$(date -u -d "$(setting set CRAWLER_RELEASED)" +%s)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
unset CFLAGS LDFLAGS CPPFLAGS
umask 022
mkdir -p "$place"

# What belongs to the sources: in a clone what git knows, else all but builds.
list_sources() {
    if [ -e .git ] && command -v git >/dev/null; then
        git ls-files
    else
        find . -type f ! -path './build*' ! -path './.git/*' | sed 's,^\./,,'
    fi
}

make_tarball() {
    list_sources | sort | tar --create --files-from=- --transform="s,^,crawler-$version/," \
        --format=gnu --mode='u=rwX,go=rX' --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner |
        gzip -9n >"$place/crawler-$version.tar.gz"
}

# CPack asks file which programs there are, and dpkg-shlibdeps which packages they need.
make_package() {
    { command -v file && command -v dpkg-shlibdeps; } || add_packages debian file dpkg-dev
    cmake -S . -B "$place/build" -G Ninja -DCRAWLER_DEBIAN=ON -DCMAKE_INSTALL_PREFIX=/usr \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCRAWLER_TESTS=OFF
    cmake --build "$place/build" --parallel "$(job_count)"
    (cd "$place/build" && cpack -B "$place/build/pack")
    mv "$place"/build/pack/crawler_*.deb "$place/"
}

quietly() {
    if ! "$@" >"$place/build.log" 2>&1; then
        tail -n 30 "$place/build.log" >&2
        echo "All of it is in $place/build.log" >&2
        exit 1
    fi
}

make_tarball
echo "$place/crawler-$version.tar.gz"
if [ $package = yes ]; then
    install_packages
    quietly make_package
    ls "$place"/crawler_*.deb
fi
