"""How operations find each other. What looks alike but is not the same stays apart: wrong is worse than left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff.match import Overrides
from streammigrate.diff.names import fold
from streammigrate.diff.result import DiffResult

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def closest(result: DiffResult) -> dict[str, str | None]:
    """Return the removed operations, each with the one that is named as the closest."""
    return {
        entry.old.signature: entry.closest.signature if entry.closest else None
        for entry in result.operations
        if entry.old and not entry.new
    }


DECOYS = {
    "another thing under the same stem": ("GET /users/{id}/followers", "GET /users/{id}/blocked"),
    "almost the same word": ("GET /users/{id}/followers", "GET /users/{id}/following"),
    "almost the same word, with ids": (
        "GET /users/{id}/followers getFollowers",
        "GET /users/{id}/following getFollowing",
    ),
    "the same leaf of another thing": ("GET /users/{id}/messages", "GET /channels/{id}/messages"),
    "the opposite": ("POST /users/{id}/mute muteUser", "POST /users/{id}/unmute unmuteUser"),
    "the opposite, without ids": ("POST /users/mute", "POST /users/unmute"),
    "another opposite": ("POST /users/{id}/activate activateUser", "POST /users/{id}/deactivate deactivateUser"),
    "deleting and reading": ("DELETE /messages/{id} deleteMessage", "GET /messages/{id} getMessage"),
    "deleting and sending": ("DELETE /messages/{id}", "POST /messages/{id}"),
    "creating and changing": ("POST /users/{id} createUser", "PUT /users/{id} updateUser"),
    "all and one": ("GET /users listUsers", "GET /users/{id} getUser"),
    "all and one, without ids": ("GET /users", "GET /users/{id}"),
    "those of one and one of those": ("GET /users/{id}/posts", "GET /users/posts/{id}"),
    "asking in another way": ("GET /users", "GET /users/search"),
    "below and beside": ("GET /messages", "GET /channels/{id}/messages"),
    "another kind of the thing": ("GET /messages/{id}", "GET /pinned_messages/{id}"),
    "ids that say nothing": ("GET /users list", "GET /orders list"),
    "ids that say nothing but a number": ("GET /users get_1", "GET /orders get1"),
    "the same word, another method": ("PUT /things/{id}", "GET /things/{id}"),
}


@pytest.mark.parametrize(("old", "new"), DECOYS.values(), ids=DECOYS)
def test_decoys_stay_unmatched(old: str, new: str, lab: Lab) -> None:
    for before, after in ((old, new), (new, old)):
        result = lab.compare(lab.operations(before), lab.operations(after))
        assert not lab.matched(result)
        counts = result.operation_counts()
        assert (counts.removed, counts.added) == (1, 1)


def test_what_stays_unmatched_names_the_closest(lab: Lab) -> None:
    old = lab.operations("GET /users/{id}/messages listUserMessages")
    new = lab.operations("GET /channels/{id}/messages listChannelMessages", "POST /imports createImport")
    result = lab.compare(old, new)
    assert closest(result) == {"GET /users/{id}/messages": "GET /channels/{id}/messages"}
    [entry] = [entry for entry in result.operations if entry.old]
    assert 0 < entry.likeness < 0.65


def test_nothing_near_means_no_closest(lab: Lab) -> None:
    for row in ("POST /imports/start startImport", "POST /users/all/of/them/at/once"):
        result = lab.compare(lab.operations("GET /users/{id}"), lab.operations(row))
        assert closest(result) == {"GET /users/{id}": None}


@pytest.mark.parametrize("identified", [True, False])
def test_things_with_the_same_methods_are_not_each_other(identified: bool, lab: Lab) -> None:
    def rows(name: str) -> list[str]:
        ids = [f"list{name}s", f"create{name}", f"get{name}", f"update{name}", f"delete{name}", f"list{name}Tags"]
        path = f"/{name.lower()}s"
        shapes = [f"GET {path}", f"POST {path}", *(f"{method} {path}/{{id}}" for method in ("GET", "PUT", "DELETE"))]
        return [
            f"{shape} {id_ if identified else ''}"
            for shape, id_ in zip([*shapes, f"GET {path}/{{id}}/tags"], ids, strict=True)
        ]

    assert not lab.matched(lab.compare(lab.operations(*rows("Cat")), lab.operations(*rows("Dog"))))


PETSTORE = (
    "GET /pets listPets",
    "POST /pets createPets",
    "GET /pets/{petId} showPetById",
    "PUT /pets/{petId} updatePet",
    "DELETE /pets/{petId} deletePet",
    "POST /pets/{petId}/image uploadImage",
    "GET /store/inventory getInventory",
    "POST /store/orders placeOrder",
    "GET /store/orders/{orderId} get",
    "DELETE /store/orders/{orderId} deleteOrder",
    "POST /owners createOwner",
    "GET /owners/{name} getOwnerByName",
    "GET /owners/login list",
)
BLOG = (
    "GET /posts listPosts",
    "POST /posts createPost",
    "GET /posts/{postId} getPostById",
    "PUT /posts/{postId} updatePost",
    "DELETE /posts/{postId} deletePost",
    "POST /posts/{postId}/cover uploadCover",
    "GET /posts/{postId}/comments list",
    "POST /posts/{postId}/comments createComment",
    "GET /comments/{commentId} get",
    "DELETE /comments/{commentId} deleteComment",
    "POST /authors createAuthor",
    "GET /authors/{slug} getAuthorBySlug",
    "POST /session login",
)


@pytest.mark.parametrize("identified", [True, False])
def test_unrelated_documents_match_nothing(identified: bool, lab: Lab) -> None:
    old, new = (
        lab.operations(*(row if identified else row.rpartition(" ")[0] for row in rows)) for rows in (PETSTORE, BLOG)
    )
    assert not lab.matched(lab.compare(old, new))
    assert not lab.matched(lab.compare(new, old))


@pytest.mark.parametrize("rows", [PETSTORE, BLOG])
def test_a_document_matches_itself_even_without_ids(rows: tuple[str, ...], lab: Lab) -> None:
    for kept in (rows, tuple(row.rpartition(" ")[0] for row in rows)):
        result = lab.compare(lab.operations(*kept), lab.operations(*reversed(kept)))
        assert all(old == new for old, new in lab.matched(result).items())
        assert result.operation_counts().matched == len(rows)


def test_paths_that_differ_only_in_parameter_names_match_themselves(lab: Lab) -> None:
    document = lab.operations("GET /users/{id}", "GET /users/{name}")
    result = lab.compare(document, document)
    assert lab.matched(result) == {"GET /users/{id}": "GET /users/{id}", "GET /users/{name}": "GET /users/{name}"}
    ambiguous = lab.compare(document, lab.operations("GET /users/{key}"))
    assert not lab.matched(ambiguous)


def test_ids_that_changed_hands_yield_to_the_place(lab: Lab) -> None:
    old = lab.operations("GET /users listUsers", "GET /orders listOrders")
    new = lab.operations("GET /users listOrders", "GET /orders listUsers")
    result = lab.compare(old, new)
    assert lab.matched(result) == {"GET /users": "GET /users", "GET /orders": "GET /orders"}
    assert set(lab.matched_by(result).values()) == {"path"}


def test_a_repeated_id_decides_nothing(lab: Lab) -> None:
    old = lab.operations("GET /users find", "GET /orders find", "POST /orders make")
    new = lab.operations("GET /v2/users find", "GET /v2/orders find", "POST /v2/orders make")
    result = lab.compare(old, new)
    assert lab.matched(result) == {
        "GET /users": "GET /v2/users",
        "GET /orders": "GET /v2/orders",
        "POST /orders": "POST /v2/orders",
    }
    assert lab.matched_by(result) == {"GET /users": "path", "GET /orders": "path", "POST /orders": "operation-id"}
    assert len(result.problems) == 2


def test_operations_with_the_same_id_have_an_order_of_their_own(lab: Lab) -> None:
    rows = ["GET /a find", "GET /b find", "GET /c find"]
    old = lab.operations(*rows)
    for document in (old, lab.operations(*rows[::-1])):
        for result in (lab.compare(document, lab.operations()), lab.compare(document, document)):
            assert [entry.old.path for entry in result.operations if entry.old] == ["/a", "/b", "/c"]


def test_ids_that_fold_together_decide_nothing(lab: Lab) -> None:
    old = lab.operations("GET /a getUser", "GET /b get_user")
    new = lab.operations("GET /c GetUser", "GET /d GET-USER")
    assert not lab.matched(lab.compare(old, new))


def test_folding_keeps_numbers_apart() -> None:
    assert fold("get_user") == fold("GetUser") == fold("get-user")
    assert fold("getItem_1_1") != fold("getItem_11")
    assert fold("ÄndereWert") == fold("ändere_wert") != fold("ändereWort")


# The stages, one by one.


def test_the_same_id(lab: Lab) -> None:
    result = lab.compare(lab.operations("DELETE /ban unbanUser"), lab.operations("POST /moderation/free unbanUser"))
    [entry] = result.operations
    assert (entry.matched_by, entry.confidence, entry.renamed) == ("operation-id", 1.0, False)


def test_an_id_that_says_nothing_needs_a_common_path(lab: Lab) -> None:
    result = lab.compare(lab.operations("GET /users/all list"), lab.operations("GET /v2/users list"))
    assert lab.matched_by(result) == {"GET /users/all": "operation-id"}


@pytest.mark.parametrize("spelled", ["get_user", "GetUser", "get-user", "GETUSER"])
def test_the_same_id_in_another_spelling(spelled: str, lab: Lab) -> None:
    result = lab.compare(lab.operations("GET /user getUser"), lab.operations(f"POST /people {spelled}"))
    [entry] = result.operations
    assert (entry.matched_by, entry.renamed) == ("operation-id-folded", True)
    assert 0.9 <= entry.confidence < 1


def test_paths_behind_several_prefixes(lab: Lab) -> None:
    old = lab.operations("GET /a", "POST /a/{x}", "GET /b/{x}/c", "GET /d", "DELETE /d", "GET /e/{x}")
    new = lab.operations(
        "GET /api/v2/chat/a",
        "POST /api/v2/chat/a/{id}",
        "GET /api/v2/chat/b/{id}/c",
        "GET /api/v2/d",
        "DELETE /api/v2/d",
        "GET /api/v2/e/{key}",
        "GET /api/v2/chat/new",
    )
    result = lab.compare(old, new)
    assert result.operation_counts().matched == 6
    assert set(lab.matched_by(result).values()) == {"path"}
    assert result.prefixes == [("", "/api/v2", 3), ("", "/api/v2/chat", 3)]
    assert {entry.confidence for entry in result.operations if entry.old} == {0.9}


def test_prefixes_on_both_sides(lab: Lab) -> None:
    old = lab.operations("GET /v1/a", "GET /v1/b/{x}", "POST /v1/c")
    new = lab.operations("GET /v2/a", "GET /v2/b/{y}", "POST /v2/d")
    result = lab.compare(old, new)
    assert lab.matched(result) == {"GET /v1/a": "GET /v2/a", "GET /v1/b/{x}": "GET /v2/b/{y}"}
    assert result.prefixes == [("/v1", "/v2", 2)]


def test_nothing_but_a_parameter_behind_a_prefix(lab: Lab) -> None:
    old, new = (lab.operations(f"GET {head}/a", f"GET {head}/b", f"GET {head}/{{x}}") for head in ("/v1", "/v2"))
    assert lab.matched(lab.compare(old, new))["GET /v1/{x}"] == "GET /v2/{x}"


def test_prefixes_that_ids_show_need_not_look_like_prefixes(lab: Lab) -> None:
    old = lab.operations("GET /chat/a aOne", "GET /chat/b bTwo", "GET /chat/c cThree")
    new = lab.operations("GET /messaging/a aOne", "GET /messaging/b bTwo", "GET /messaging/c other")
    result = lab.compare(old, new)
    assert lab.matched_by(result)["GET /chat/c"] == "path"
    assert result.prefixes == [("/chat", "/messaging", 3)]


def test_a_prefix_of_another_thing_is_none(lab: Lab) -> None:
    """Two pairs of paths that end alike are no prefix where most of what stands behind it is something else."""
    old = lab.operations("GET /messages", "POST /messages")
    new = lab.operations(
        "GET /channels/messages",
        "POST /channels/messages",
        *(f"{method} /channels/{part}" for method in ("GET", "POST") for part in ("members", "files", "polls")),
    )
    assert not lab.matched(lab.compare(old, new))


def test_the_path_of_the_server_counts(lab: Lab) -> None:
    old = lab.operations("GET /a/{x}", "POST /b", servers=[{"url": "https://x.example/v1/"}])
    new = lab.operations("GET /v2/a/{x}", "POST /v2/b", servers=[{"url": "https://x.example"}])
    result = lab.compare(old, new)
    assert lab.matched(result) == {"GET /a/{x}": "GET /v2/a/{x}", "POST /b": "POST /v2/b"}
    assert result.prefixes == [("/v1", "/v2", 2)]
    same = lab.operations("GET /v1/a/{x}", "POST /v1/b", servers=[{"url": "https://x.example"}])
    moved = lab.compare(old, same)
    assert moved.operation_counts().matched == 2
    assert not [change for change in moved.changes() if change.scope == "operation"]


def fielded(lab: Lab, row: str, fields: list[str], where: str, summary: str = "") -> dict[str, Any]:
    """Return a document with one operation that takes fields in the query or in a body."""
    document = lab.operations(row)
    method, path, *_ = row.split()
    operation = document["paths"][path][method.lower()]
    operation["summary"] = summary
    if where == "query":
        operation["parameters"] = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in fields]
    else:
        schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return document


SIMILAR = {
    "a plural": ("GET /message/{id} getMessage", "GET /messages/{id} fetchMessage"),
    "one version": ("GET /v1/users/{id}", "GET /v2/users/{id}"),
    "a prefix of only one": ("GET /users/{id}/posts", "GET /api/users/{id}/posts"),
    "words in the path or in the method": ("POST /createUser createUser", "POST /users users_create"),
    "a verb that went": ("GET /getUser/{id} getUser", "GET /users/{id} users_retrieve"),
    "undoing in another way": ("DELETE /moderation/ban", "POST /moderation/unban"),
}


@pytest.mark.parametrize(("old", "new"), SIMILAR.values(), ids=SIMILAR)
def test_similar_operations(old: str, new: str, lab: Lab) -> None:
    for before, after in ((old, new), (new, old)):
        result = lab.compare(lab.operations(before), lab.operations(after))
        [entry] = result.operations
        assert entry.matched_by == "similarity"
        assert 0.5 < entry.confidence <= 0.9


def test_similarity_behind_a_prefix_that_other_operations_show(lab: Lab) -> None:
    rows = ["GET /a opA", "GET /b opB"]
    old = lab.operations(*rows, "DELETE /users/ban")
    new = lab.operations(*(row.replace(" /", " /gate/way/") for row in rows), "POST /gate/way/users/unban")
    assert lab.matched_by(lab.compare(old, new))["DELETE /users/ban"] == "similarity"
    assert not lab.matched(lab.compare(lab.operations("DELETE /users/ban"), lab.operations("POST /gate/users/unban")))


def test_similarity_sees_fields(lab: Lab) -> None:
    old = fielded(lab, "POST /users/{id}", ["name", "role", "teams"], "body")
    alike = fielded(lab, "PATCH /users/{id}", ["name", "role", "teams", "image"], "body")
    other = fielded(lab, "PATCH /users/{id}", ["set", "unset"], "body")
    assert lab.matched(lab.compare(old, alike)) == {"POST /users/{id}": "PATCH /users/{id}"}
    assert not lab.matched(lab.compare(old, other))


def test_asking_is_not_sending_unless_it_says_so(lab: Lab) -> None:
    fields = ["name", "role", "teams", "limit"]
    for row, other, matches in (
        ("POST /users/{id}", "GET /users/{id}", False),
        ("POST /users/search", "GET /users/search", True),
    ):
        result = lab.compare(fielded(lab, row, fields, "body"), fielded(lab, other, fields, "query"))
        assert lab.matched(result) == ({row: other} if matches else {})


def test_similarity_needs_a_clear_lead(lab: Lab) -> None:
    old = lab.operations("GET /message/{id}")
    new = lab.operations("GET /messages/{id}", "GET /api/message/{id}")
    result = lab.compare(old, new)
    assert not lab.matched(result)
    assert closest(result)["GET /message/{id}"] in ("GET /messages/{id}", "GET /api/message/{id}")


def test_overrides_come_first_and_null_means_gone(lab: Lab) -> None:
    old = lab.operations("GET /a first", "GET /b second", "GET /c third")
    new = lab.operations("GET /a first", "GET /b second", "GET /c third")
    overrides = Overrides(operations={"first": "GET /b", "third": None})
    result = lab.compare(old, new, overrides)
    assert lab.matched(result) == {"GET /a": "GET /b"}
    assert lab.matched_by(result) == {"GET /a": "override"}
    assert {entry.old.signature for entry in result.operations if entry.old and not entry.new} == {"GET /b", "GET /c"}
    assert {entry.new.signature for entry in result.operations if entry.new and not entry.old} == {"GET /a", "GET /c"}
    assert closest(result)["GET /c"] is None


def test_override_by_method_and_path(lab: Lab) -> None:
    result = lab.compare(
        lab.operations("GET /a"), lab.operations("POST /z end"), Overrides(operations={"GET /a": "end"})
    )
    [entry] = result.operations
    assert (entry.matched_by, entry.confidence) == ("override", 1.0)


def test_prefixes_that_were_given_need_no_votes(lab: Lab) -> None:
    old, new = lab.operations("GET /a/{x}/b"), lab.operations("GET /weird/place/a/{x}/b")
    assert not lab.matched(lab.compare(old, new))
    result = lab.compare(old, new, Overrides(prefixes=[("", "/weird/place")]))
    assert lab.matched_by(result) == {"GET /a/{x}/b": "path"}
    assert result.prefixes == [("", "/weird/place", 1)]


def test_webhooks_match_webhooks_only(lab: Lab) -> None:
    hook: dict[str, Any] = {"post": {"responses": {}}}
    old = lab.document({}, openapi="3.1.0", webhooks={"thing": hook})
    assert lab.matched(lab.compare(old, old)) == {"POST webhook:thing": "POST webhook:thing"}
    assert not lab.matched(lab.compare(old, lab.document({"/thing": hook})))


@pytest.mark.parametrize("identified", [True, False])
def test_no_operation_is_in_two_matches(identified: bool, lab: Lab) -> None:
    rows = [row if identified else row.rpartition(" ")[0] for row in (*PETSTORE, *BLOG[6:])]
    shifted = [row.replace(" /", " /api/v3/", 1) for row in rows[3:]] + ["GET /api/v3/pet/{id}", "GET /pets/{id}"]
    result = lab.compare(lab.operations(*rows), lab.operations(*shifted))
    news = [entry.new.signature for entry in result.operations if entry.new]
    olds = [entry.old.signature for entry in result.operations if entry.old]
    assert len(set(news)) == len(news) == len(shifted)
    assert len(set(olds)) == len(olds) == len(rows)
    assert len(lab.matched(result)) >= len(rows) - 3
