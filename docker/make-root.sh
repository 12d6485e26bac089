#!/bin/sh
# make-root.sh FOLDER PROGRAM...: lays out the root file system of the image: the programs with the libraries that they load,
# certificates, users, and what scanners read. Of Debian nothing else goes along. Without busybox there is no shell.
set -eu
root=$1
shift

mkdir -p "$root/etc/ssl/certs" "$root/usr/bin" "$root/var/lib/dpkg/status.d" "$root/home"
install -d -m 1777 "$root/tmp"
# As in Debian, so that a library is found under both of its names.
for folder in bin lib lib64 sbin; do
  mkdir -p "$root/usr/$folder"
  ln -s "usr/$folder" "$root/$folder"
done

# A program without libraries makes ldd fail.
files=$(for program in "$@" /etc/ssl/certs/ca-certificates.crt; do
  echo "$program"
  { ldd "$program" 2>/dev/null || true; } | grep -o '/[^ ]*' || true
done | sort -u)
for file in $files; do
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
done

case "$*" in
*busybox*)
  for applet in sh env id ls cat touch test grep wget; do ln -s /bin/busybox "$root/usr/bin/$applet"; done
  ;;
esac
# Symbols for debuggers are a seventh of node.
find "$root" -type f -name node -exec strip {} +

# dpkg knows a file by one of its names. What it does not know, as node and what update-ca-certificates made, has no entry.
names=$(for file in $files; do printf '%s\n' "$file" "$(readlink -f "$file")" "${file#/usr}" "/usr$file"; done)
# shellcheck disable=SC2086  # one argument a file
for package in $(dpkg -S $names 2>/dev/null | sed 's/[:,].*//' | sort -u) ca-certificates; do
  dpkg -s "$package" >"$root/var/lib/dpkg/status.d/$package"
done

printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0::/root:/usr/sbin/nologin\napp:x:1000:1000::/app:/usr/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\napp:x:1000:\n' >"$root/etc/group"
cp /etc/os-release "$root/etc/os-release"
