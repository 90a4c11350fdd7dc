#!/bin/sh
# The same as one line of JSON a submission, with the likeliest mistake: check_json.sh "sin(x^2)" submissions
for file in "$2"/*.txt; do
  chainrule check "$1" - --json <"$file" |
    jq -c --arg who "$(basename "$file" .txt)" '{$who, verdict, mistake: .mistakes[0].id, hint: .mistakes[0].hint}'
done
