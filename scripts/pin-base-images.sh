#!/bin/sh
# Pins the base images of the Dockerfile to the digests that their tags have today, or to newer ones where they are pinned
# already: run it, build, test, commit. Dependabot and Renovate know the same form.
set -eu
cd "$(dirname "$0")/.."
file=${1:-docker/Dockerfile}

sed -n 's/^FROM \([^ ]*:[^ ]*\) .*/\1/p' "$file" | sort -u | while read -r image; do
  tag=${image%@*}
  digest=$(docker buildx imagetools inspect "$tag" --format '{{.Manifest.Digest}}')
  case $digest in
  sha256:*) ;;
  *)
    echo "$tag has no digest: $digest" >&2
    exit 1
    ;;
  esac
  sed -i "s|^FROM $image |FROM $tag@$digest |" "$file"
  echo "$tag@$digest"
done
