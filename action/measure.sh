#!/usr/bin/env bash
# Runs a suite, or takes a stored run, and judges it. This step succeeds whatever the verdict, so that the reports
# are written; the action's last step exits with the gate's code.
set -euo pipefail

fail() {
  echo "::error::$1"
  echo "exit-code=2" >>"$GITHUB_OUTPUT"
  echo "verdict=error" >>"$GITHUB_OUTPUT"
  exit 2
}

[[ $EVALS_NAME =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || fail "evals: name may have letters, digits, dot, dash and underscore"
[[ (-n $EVALS_SUITE && -z $EVALS_RUN) || (-z $EVALS_SUITE && -n $EVALS_RUN) ]] || fail "evals: give suite or run, one of them"

read -r -a evals <<<"$EVALS_COMMAND"
folder="$RUNNER_TEMP/evals-$EVALS_NAME"
rm -rf "$folder"
mkdir -p "$folder"
echo "folder=$folder" >>"$GITHUB_OUTPUT"

# What evals prints is partly a model's or a dataset's words: the runner reads no command in it.
token=$(node -p 'crypto.randomUUID()')
echo "::stop-commands::$token"
trap 'echo "::$token::"' EXIT

code=0
run=$EVALS_RUN
if [[ -n $EVALS_SUITE ]]; then
  "${evals[@]}" run "$EVALS_SUITE" --out "$EVALS_RESULTS" --json >"$folder/run.json" || code=$?
  run=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).directory ?? ""' "$folder/run.json" 2>/dev/null) || run=""
  if [[ -z $run && $code -eq 0 ]]; then code=5; fi
fi

if [[ -n $run ]]; then
  code=0
  "${evals[@]}" gate "$run" --out "$EVALS_RESULTS" --json ${EVALS_POLICY:+--policy "$EVALS_POLICY"} \
    ${EVALS_BASELINE:+--baseline "$EVALS_BASELINE"} >"$folder/gate.json" || code=$?
  if [[ -d $run ]]; then cp -R "$run" "$folder/run"; fi
fi

case $code in
  0) verdict=safe ;;
  1) verdict=unsafe ;;
  3) verdict=inconclusive ;;
  *) verdict=error ;;
esac
{
  echo "verdict=$verdict"
  echo "exit-code=$code"
  echo "run=$run"
} >>"$GITHUB_OUTPUT"
