"""Runs each command in this process."""

from chatadmin.cli import cli
from click.testing import CliRunner


def say(line):
    result = CliRunner().invoke(cli, line.split())
    observe(line, [result.exit_code, result.exception, result.output.split()])


say("ping")
say("users add jane --name Jane")
say("users add mary --name Mary --admin")
say("users show jane mary")
say("users token jane")
say("users ban john --hours 2")
say("channels open lobby --member jane --member mary")
say("channels delete team:old --hard")
say("users export --role admin")
say("users import jane=Jane john")
