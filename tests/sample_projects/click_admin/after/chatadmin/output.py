import click


class Table:
    """Lines for the terminal. `delete_message` takes one out again."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}

    def upsert_user(self, user: dict) -> None:
        self.lines[user["id"]] = user["name"]

    def delete_message(self, key: str) -> None:
        self.lines.pop(key, None)

    def show(self) -> None:
        for key, line in sorted(self.lines.items()):
            click.echo(f"{key:12} {line}")
