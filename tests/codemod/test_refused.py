"""Sites that somebody wants to stay: they stay on v1 with a second object, and all that is said of lines still holds."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from streammigrate.codemod.model import REFUSED
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.session import rewrite_data
from streammigrate.codemod.settings import RewriteSettings, SiteKey

HEAD = 'from stream_chat import StreamChat\n\nclient = StreamChat("k", "s")\n'
TWO = HEAD + 'client.deactivate_user("a")\nclient.deactivate_user("b")\n'


def rewritten(source: str, *refused: tuple[int, int, str], todo: bool = True) -> str:
    keys: frozenset[SiteKey] = frozenset(("a.py", *one) for one in refused)
    return rewrite_source(source.encode(), "a.py", RewriteSettings(refused=keys, todo=todo)).after.decode()


@pytest.mark.parametrize(
    "source",
    [
        HEAD + 'client.deactivate_user( "a" )  # by hand\n',
        # No second object can stand beside one that is replaced in its place.
        HEAD + 'client.deactivate_user("a")\nclient.session.auth = None\nclient.list_roles()\n',
    ],
)
def test_a_program_that_cannot_move_any_more_stays_byte_for_byte(source: str) -> None:
    assert rewritten(source, (4, 0, "SM212"), todo=False) == source


def test_a_site_that_is_not_there_is_no_refusal() -> None:
    whole = rewritten(TWO)
    assert "stream_chat" not in whole
    for other in ((4, 1, "SM212"), (5, 0, "SM201"), (6, 0, "SM212")):
        assert rewritten(TWO, other) == whole
    keys: frozenset[SiteKey] = frozenset({("b.py", 4, 0, "SM212")})
    assert rewrite_source(TWO.encode(), "a.py", RewriteSettings(refused=keys)).after.decode() == whole


def test_one_of_two_stays_with_a_second_object() -> None:
    after = rewritten(TWO, (5, 0, "SM212"))
    assert after.endswith('client.deactivate_user(user_id="a")\nclient_v1.deactivate_user("b")\n')
    keys: frozenset[SiteKey] = frozenset({("a.py", 5, 0, "SM212")})
    sites = rewrite_source(TWO.encode(), "a.py", RewriteSettings(refused=keys)).sites
    assert [(site.span.line, site.applied, site.suppressed) for site in sites] == [
        (3, True, ""),
        (4, True, ""),
        (5, False, REFUSED),
    ]


def test_where_a_call_touches_more_lines_the_site_says_so() -> None:
    source = HEAD + 'found = client.query_users({"id": "a"})\nprint(1)\nprint(found["users"][0]["id"])\n'
    (site,) = (one for one in rewrite_source(source.encode(), "a.py", RewriteSettings()).sites if one.rule == "SM206")
    assert site.touched == ((4, 4), (6, 6))


OLD_COMMENT = HEAD + dedent(
    """
    # TODO(streammigrate): SM201 what is settled
    #   by now
    client.upsert_user({"id": "a"})
    client.deactivate_user("a")
    client.deactivate_user("b")
    """
)


def test_lines_are_counted_before_old_comments_go() -> None:
    assert OLD_COMMENT.splitlines()[7] == 'client.deactivate_user("a")'
    after = rewritten(OLD_COMMENT, (8, 0, "SM212"))
    assert "TODO" not in after
    assert after.endswith('client_v1.deactivate_user("a")\nclient.deactivate_user(user_id="b")\n')


def test_what_stands_above_a_site_that_stays_stays() -> None:
    after = rewritten(OLD_COMMENT, (7, 0, "SM201"))
    assert '# TODO(streammigrate): SM201 what is settled\n#   by now\nclient_v1.upsert_user({"id": "a"})\n' in after
    assert after.endswith('client.deactivate_user(user_id="a")\nclient.deactivate_user(user_id="b")\n')


def test_a_cell_of_a_notebook_is_named_by_the_lines_of_its_file() -> None:
    cells = [TWO.splitlines(keepends=True)[:3], TWO.splitlines(keepends=True)[3:]]
    book = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "id": str(at), "metadata": {}, "outputs": [], "source": cell}
            for at, cell in enumerate(cells)
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    data = (json.dumps(book, indent=1) + "\n").encode()
    site = next(one for one in rewrite_data(data, "a.ipynb", RewriteSettings()).sites if one.rule == "SM212")
    key = ("a.ipynb", site.span.line, site.span.column, site.rule)
    after = rewrite_data(data, "a.ipynb", RewriteSettings(refused=frozenset({key}))).after.decode()
    assert 'client_v1.deactivate_user(\\"a\\")' in after
    assert 'client.deactivate_user(user_id=\\"b\\")' in after
