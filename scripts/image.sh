#!/bin/sh
# Builds the image where there is no Docker engine, with Debian's buildah, on a base made from the Node.js of this machine; then starts it as its
# user, asks its health check, and ends it. What a real base has besides Node.js, npm and a shell is not in it.
set -eu
cd "$(dirname "$0")/.."

usage () {
  cat << 'END'
Usage: sh scripts/image.sh [--keep FOLDER]

Builds deploy/container/Dockerfile with buildah (apt-get install buildah), as root, and
starts what was built. Takes two minutes and one gigabyte. The last lines are the sizes.

  --keep FOLDER   keeps the storage of images there; without it everything is removed
  --help          prints this
END
}

folder=
case ${1-} in
  '') ;;
  --keep) folder=${2:?--keep: expected a folder} ;;
  --help | -h) usage; exit 0 ;;
  *) echo "Unknown option '$1'; --help lists the options" >&2; exit 2 ;;
esac
command -v buildah > /dev/null || { echo 'buildah is not installed: apt-get install buildah' >&2; exit 2; }
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'images umount --all > /dev/null; rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
export BUILDAH_ISOLATION=chroot
images () { buildah --root "$folder/store" --runroot "$folder/run" "$@"; }

# The base: this Node.js, npm and shell with the libraries they need.
root=$folder/root
for place in tmp etc home/node usr/local/bin usr/local/lib/node_modules var/lib dev proc sys; do mkdir -p "$root/$place"; done
chmod 1777 "$root/tmp"
with_libraries () {
  mkdir -p "$root$(dirname "$2")"
  cp -L "$1" "$root$2"
  ldd "$1" 2> /dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    [ -e "$root$library" ] || cp -L "$library" "$root$library"
  done
}
for program in /bin/sh /bin/mkdir /bin/rm /bin/cp /usr/bin/env /usr/bin/install; do with_libraries "$program" "$program"; done
with_libraries "$(readlink -f "$(command -v node)")" /usr/local/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
cp -RL "$npm" "$root/usr/local/lib/node_modules/npm"
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
# What Node.js and SQLite load when they need it.
for library in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2 librt.so.1; do
  find /lib /usr/lib -name "$library" 2> /dev/null | head -n 1 | while read -r file; do with_libraries "$file" "$file"; done
done
cp -RL /etc/ssl "$root/etc/ssl" 2> /dev/null || true
printf 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' > "$root/etc/group"
chmod -R a+rX "$root"
tar -C "$root" -c . > "$folder/base.tar"
base=$(images from scratch)
images add -q "$base" "$folder/base.tar" / > /dev/null
images config --env PATH=/usr/local/bin:/usr/bin:/bin "$base"
certificates=/etc/ssl/certs/ca-certificates.crt
[ ! -e "$root$certificates" ] || images config --env NODE_EXTRA_CA_CERTS=$certificates "$base"
images commit -q "$base" localhost/node-base > /dev/null
images rm "$base" > /dev/null

images bud --format docker --layers=false --build-arg NODE_IMAGE=localhost/node-base \
  --ignorefile deploy/container/Dockerfile.dockerignore -f deploy/container/Dockerfile -t localhost/mcp-resource-gateway .

# Started as its user, with its command and its configuration, SQLite in its folder, and ended with SIGTERM.
container=$(images from localhost/mcp-resource-gateway)
cat > "$folder/start.mjs" << 'END'
import { spawn, spawnSync } from 'node:child_process'
const env = {
  ...process.env, PORT: '3543', RESOURCE_IDENTIFIER: 'https://tickets.example/mcp', AUTHORIZATION_SERVER_ISSUER: 'https://login.example',
  INTROSPECTION_CLIENT_ID: 'tickets', INTROSPECTION_CLIENT_SECRET: 'long-enough-to-be-real'
}
const server = spawn('node', ['dist/server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
server.stdout.on('data', chunk => {
  if (!String(chunk).includes('"event":"listening"')) return
  const { status } = spawnSync('node', ['healthcheck.mjs'], { env, stdio: 'inherit' })
  console.log(`user ${process.getuid()}, health check ${status}`)
  server.kill('SIGTERM')
  process.exitCode = status
})
server.on('close', code => { console.log(`ended with ${code}`); process.exitCode ||= code })
END
images add -q "$container" "$folder/start.mjs" /tmp/start.mjs > /dev/null
images run --user node "$container" -- node /tmp/start.mjs
mounted=$(images mount "$container")
du -sm "$mounted/app" | sed 's/\t.*/ MB in \/app, all that is added to the base/'
images umount "$container" > /dev/null
