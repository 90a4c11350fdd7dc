"""A record of check on standard input -> what an edX or mitx checker returns: {"ok", "msg",
"grade_decimal"}."""

import json
import sys


def graded(record: dict) -> dict:
    right = record["verdict"] == "correct"
    said = record["mistakes"][:1] or ([record["problem"]] if record["problem"] else [])
    return {
        "ok": right,
        "msg": said[0].get("hint", "") if said else "",
        "grade_decimal": 1.0 if right else 0.0,
    }


if __name__ == "__main__":
    print(json.dumps(graded(json.load(sys.stdin))))
