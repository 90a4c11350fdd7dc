#!/bin/sh
# Marks a folder of submissions, one answer a file: check.sh "sin(x^2)" submissions
for file in "$2"/*.txt; do
  said=$(chainrule check "$1" - --format plain <"$file") && status=0 || status=$?
  case $status in
    0) mark=1 ;;
    1 | 4) mark=0 ;;
    *) mark='?' ;; # undecided: for a person to look at
  esac
  printf '%s\t%s\t%s\n' "$(basename "$file" .txt)" "$mark" "$(printf %s "$said" | head -n 1 | sed 's/^ *//')"
done
