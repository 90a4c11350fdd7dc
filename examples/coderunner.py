"""A record of check on standard input -> what a CodeRunner grader prints: {"got", "comment", "fraction"}."""

import json
import sys


def graded(record: dict) -> dict:
    """An undecided answer gets no mark by itself: the comment says that a person should look."""
    hints = [mistake["hint"] for mistake in record["mistakes"][:1]] or (
        [record["problem"]["message"]] if record["problem"] else record["notes"]
    )
    comment = "; ".join(hints) if record["verdict"] != "undecided" else "not decided: please have a look"
    return {
        "got": record["typed_answer"],
        "comment": comment,
        "fraction": 1.0 if record["verdict"] == "correct" else 0.0,
    }


if __name__ == "__main__":
    print(json.dumps(graded(json.load(sys.stdin))))
