#!/bin/sh
# Fetches Det Fælles Designsystem (neutral theme) and axe-core from npm and keeps only what the pages use:
# the stylesheet with three Latin-1 weights of IBM Plex Sans, the icons that the stylesheet shows on our
# pages, and the licences. axe-core is used by the browser tests only. Needs npm, tar and sed.
set -eu
cd "$(dirname "$0")"
dkfds=11.2.0
axe=4.14.1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

(cd "$tmp" && npm pack --silent "dkfds@$dkfds" "axe-core@$axe" >/dev/null)
mkdir "$tmp/dkfds" "$tmp/axe"
tar -xzf "$tmp/dkfds-$dkfds.tgz" -C "$tmp/dkfds"
tar -xzf "$tmp/axe-core-$axe.tgz" -C "$tmp/axe"
from="$tmp/dkfds/package/dist"
to="dkfds-$dkfds"
rm -rf dkfds-*
mkdir -p "$to/css" "$to/fonts" "$to/img/svg-icons"

# The package names 24 font files of the complete character set; ours are three of 17 kB.
sed -E 's/@font-face\{[^}]*\}//g; s/^@charset "UTF-8";//; s#/\*\# sourceMappingURL=.*\*/##' "$from/css/dkfds.min.css" >"$tmp/rules.css"
{
	printf '@charset "UTF-8";'
	for w in Regular:400 SemiBold:600 Bold:700; do
		printf '@font-face{font-display:swap;font-family:IBM Plex Sans;font-style:normal;font-weight:%s;src:url(../fonts/IBMPlexSans-%s-Latin1.woff2) format("woff2")}' "${w#*:}" "${w%:*}"
	done
	cat "$tmp/rules.css"
} >"$to/css/dkfds.min.css"
for w in Regular SemiBold Bold; do
	cp "$from/fonts/IBMPlexSans/split/woff2/IBMPlexSans-$w-Latin1.woff2" "$to/fonts/"
done
cp "$from/fonts/IBMPlexSans/split/woff2/license.txt" "$to/fonts/LICENSE.txt"
for icon in chevron-down chevron-up chevron-left chevron-right error check; do
	cp "$from/img/svg-icons/$icon.svg" "$to/img/svg-icons/"
done
cp "$tmp/dkfds/package/LICENSE.md" "$to/LICENSE.md"
find "$to" -type f -exec chmod 644 {} +

mkdir -p ../../testdata/axe-core
cp "$tmp/axe/package/axe.min.js" "$tmp/axe/package/LICENSE" ../../testdata/axe-core/
printf '%s\n' "$axe" >../../testdata/axe-core/VERSION
