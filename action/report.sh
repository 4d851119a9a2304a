#!/usr/bin/env bash
# Writes the reports of the run beside it, the job summary and the annotations.
set -euo pipefail

read -r -a evals <<<"$EVALS_COMMAND"
summary="$EVALS_FOLDER/markdown.md"

if [[ $EVALS_EXIT_CODE =~ ^[013]$ ]]; then
  token=$(node -p 'crypto.randomUUID()')
  echo "::stop-commands::$token"
  trap 'echo "::$token::"' EXIT
  "${evals[@]}" report "$EVALS_RUN" --out "$EVALS_RESULTS" --output "$EVALS_FOLDER" \
    --format markdown --format html --format junit --format badge --format annotations \
    ${EVALS_POLICY:+--policy "$EVALS_POLICY"} ${EVALS_BASELINE:+--baseline "$EVALS_BASELINE"}
  trap - EXIT
  echo "::$token::"
  cat "$EVALS_FOLDER/annotations.txt"
else
  # An earlier comment must not go on saying what is no longer known.
  printf '## ❌ not judged\n\nevals ended with exit code %s: the log of this job tells why.\n' "$EVALS_EXIT_CODE" >"$summary"
  echo "::error title=evals::nothing was judged, exit code $EVALS_EXIT_CODE; the log of this step's job tells why"
fi
cat "$summary" >>"$GITHUB_STEP_SUMMARY"
