# ship.sh begin | end: around the commands of a build. `end` puts into /shipped what the image gets of the folder: all but the packages
# that were installed before `begin`, which the image gets from elsewhere, and what the build changed among those.
set -eu
case "$1" in
  begin)
    find . -name node_modules -prune -print > /tmp/installed
    touch /tmp/begun
    ;;
  end)
    mkdir -p /shipped
    tar --create --one-file-system --anchored --no-wildcards --exclude-from=/tmp/installed . | tar --extract --directory=/shipped
    while read -r folder; do
      find "$folder" -type d \( -name .cache -o -name .tmp \) -prune -o \( -type f -o -type l \) -newer /tmp/begun -print0
    done < /tmp/installed | tar --create --null --no-recursion --files-from=- | tar --extract --directory=/shipped
    ;;
esac
