"""chainrule schema"""

from __future__ import annotations

import click

from chainrule_cli.commands import Page, command


def _names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from chainrule_cli.records.base import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


@command(
    formats=("terminal", "plain", "json"),
    examples=("chainrule schema", "chainrule schema diff > diff.schema.json"),
)
@click.argument("name", required=False, shell_complete=_names)
def schema(page: Page, name: str | None) -> None:
    """Print the JSON Schema of a record, or list the records."""
    import json

    from chainrule_cli.records.base import encode
    from chainrule_cli.reports.tables import find_schema, list_schemas

    if name is not None:
        page.write(json.dumps(find_schema(name), indent=None if page.format == "json" else 2) + "\n")
    elif page.format == "json":
        page.write(encode(list_schemas()).decode("utf-8") + "\n")
    else:
        page.write("".join(f"{known}\n" for known in list_schemas().names))
