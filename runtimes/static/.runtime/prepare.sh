# prepare.sh FOLDERS: puts the site into /prepared, ready to be served. It comes from the folder in /funko with the newest page $INDEX.
# FOLDERS are patterns.
set -eu
cd /funko

die() {
  echo "$*" >&2
  exit 1
}

# What a build has made may lie deeper than where it is looked for.
elsewhere() {
  find . \( -name node_modules -o -name .git \) -prune -o -type f -name "$INDEX" -print | sed 's,^\./,,' | sort | head -5 | tr '\n' ' '
}

root=
for folder in $1; do
  [ -d "$folder" ] || continue
  [ -z "$INDEX" ] || [ -f "$folder/$INDEX" ] || continue
  if [ -z "$root" ] || [ "$folder/$INDEX" -nt "$root/$INDEX" ]; then root=$folder; fi
done
if [ -z "$root" ]; then
  found=$(elsewhere)
  die "The build has made no site: there is no ${INDEX:-folder} in $1.${found:+ There is $found:} name the folder with \"options: { root: FOLDER }\"."
fi
mkdir /prepared
cp -a "$root/." /prepared
cd /prepared
[ "$root" = site ] || echo "The site is the folder $root."

[ -z "$FALLBACK" ] || [ -f "$FALLBACK" ] || die "There is no file $FALLBACK in the site, which the option \"fallback\" names."

# SIZE NAME of each file; few programs run, however many files there are.
sizes() {
  find . -type f -exec stat -c '%s %n' {} +
}

# Text is compressed once, here, as well as it can be; where that gains nothing the file goes as it is.
sizes | awk '{
  size = $1; sub(/^[0-9]+ /, ""); sizes[$0] = size
} END {
  text = "[.](html?|css|m?js|json|map|svg|xml|txt|md|csv|ics|wasm|webmanifest|atom|rss)$"
  for (file in sizes) if (sizes[file] > 1024 && tolower(file) ~ text && !((file ".gz") in sizes)) print file
}' > /tmp/texts
tr '\n' '\0' < /tmp/texts | xargs -0 -r gzip -9 -n -k --
sizes | awk 'FILENAME == "/tmp/texts" { made[$0 ".gz"] = $0; next } {
  size = $1; sub(/^[0-9]+ /, ""); sizes[$0] = size
} END {
  for (file in made) if (sizes[file] + 0 >= sizes[made[file]] + 0) print file
}' /tmp/texts - | tr '\n' '\0' | xargs -0 -r rm --
rm /tmp/texts

find . ! -type l -exec chmod a+rX {} +
