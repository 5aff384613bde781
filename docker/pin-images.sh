#!/bin/sh
# Prints the images of compose.yaml and Dockerfile with the digest of what each tag is today, as image:tag@sha256:…, to be written in
# place of the tags. Needs Docker with buildx and the network. Run it again to move on, and read the images' notes before.
set -eu
cd "$(dirname "$0")"
{
  sed -n 's/^ *image: *\([a-z][^ @]*:[^ @]*\).*/\1/p' compose.yaml
  sed -n 's/^FROM *\([^ @]*:[^ @]*\).*/\1/p' Dockerfile
} | sort -u | while read -r image; do
  digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
  printf '%s@%s\n' "$image" "$digest"
done
