# Sourced by the scripts at the root: builds a command when sources are newer than its last build, then runs it.
# Needs $root, $command (what users call it), $project (folder) and $assembly.
set -eu
out=$root/artifacts/$command
stamp=$out/.built

stale() {
  [ ! -e "$stamp" ] && return 0
  [ -n "$(find "$root/src" "$root/tools" "$root/Directory.Build.props" "$root/Directory.Packages.props" -newer "$stamp" -print -quit)" ]
}

build() {
  command -v dotnet >/dev/null || { echo "$command: dotnet is not there: install the .NET 10 SDK (package dotnet-sdk-10.0)" >&2; exit 2; }
  case $(uname -m) in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) echo "$command: $(uname -m) is not supported: x86_64 and aarch64 are" >&2; exit 2 ;;
  esac
  echo "$command: building (once)" >&2
  touch "$root/artifacts/.$command-start"
  if ! dotnet publish "$root/$project" -c Release -r "$rid" -o "$out" -v q --nologo >"$root/artifacts/$command-build.log" 2>&1; then
    cat "$root/artifacts/$command-build.log" >&2
    echo "$command: the build failed, see above" >&2
    exit 1
  fi
  mv "$root/artifacts/.$command-start" "$stamp"
}

if stale; then
  mkdir -p "$root/artifacts"
  (
    flock 9
    if stale; then build; fi
  ) 9>"$root/artifacts/.build-lock"
fi
exec "$out/$assembly" "$@"
