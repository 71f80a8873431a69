#!/bin/sh
# Whether `cmake --install` puts everything where it belongs, and `uninstall` takes all of it away.
set -eu
build=$1
top=$(cd "$(dirname "$0")/.." && pwd)
DESTDIR=$(mktemp -d)
export DESTDIR
trap 'rm -rf "$DESTDIR"' EXIT

# In a folder of its own, since the manifest of a real installation may lie in the build.
cmake --install "$build" --prefix /opt/news >/dev/null
manifest=$DESTDIR/manifest.txt
mv "$build/install_manifest.txt" "$manifest"
faults=0
fault() {
    echo "$*"
    faults=1
}

for file in bin/crawler share/man/man1/crawler.1 share/man/man5/crawler-database.5 \
    share/bash-completion/completions/crawler share/zsh/site-functions/_crawler \
    share/fish/vendor_completions.d/crawler.fish share/doc/crawler/LICENSE share/doc/crawler/README.md \
    share/doc/crawler/schema/README.md share/doc/crawler/schema/questions.sql \
    share/doc/crawler/schema/postgres/roles.sql; do
    [ -s "$DESTDIR/opt/news/$file" ] || fault "$file is not installed"
done
for unit in "$top"/data/service/*.service "$top"/data/service/*.timer; do
    [ ! -e "$unit" ] || [ -s "$DESTDIR/opt/news/lib/systemd/system/$(basename "$unit")" ] ||
        fault "$(basename "$unit") is not installed"
done
"$DESTDIR/opt/news/bin/crawler" --version | grep -q '^crawler [0-9]' || fault "the program does not run"

# Links from one page for people to another or to a picture lead somewhere, installed too.
docs=$DESTDIR/opt/news/share/doc/crawler
grep -noE '\]\([^)#:]+\)|<img src="[^"]+"' "$docs/README.md" | sed 's/.*[("]\([^)"]*\)[)"]$/\1/' |
    while read -r link; do
        [ -e "$docs/$link" ] || echo "README.md leads to $link, which is not installed"
    done >"$DESTDIR/links"
[ ! -s "$DESTDIR/links" ] || fault "$(cat "$DESTDIR/links")"

cmake -DMANIFEST="$manifest" -P "$top/data/package/uninstall.cmake" >/dev/null
left=$(find "$DESTDIR/opt" ! -type d)
[ -z "$left" ] || fault "left behind: $left"
[ ! -e "$docs" ] || fault "left behind: $docs"
exit $faults
