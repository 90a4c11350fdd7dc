#!/bin/sh
# Differentiates each line of a file: formula, tab, derivative, or what is wrong with the line.
#     sh examples/derivatives.sh examples/formulas.txt
while IFS= read -r formula; do
    if answer=$(printf '%s' "$formula" | chainrule diff - --json 2>/dev/null); then
        derivative=$(printf '%s' "$answer" | python3 -c 'import json, sys; print(json.load(sys.stdin)["derivative"]["text"])')
    else
        derivative="unreadable (exit code $?)"
    fi
    printf '%s\t%s\n' "$formula" "$derivative"
done < "$1"
