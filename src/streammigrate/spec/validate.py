"""Whether a document conforms to its OpenAPI version, as openapi-spec-validator sees it (`--validate`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from streammigrate.errors import UsageError
from streammigrate.findings import Finding, Location, Severity
from streammigrate.spec import problems, refs

MAX_ERRORS = 200
MAX_MESSAGE = 300


def validate(tree: Any, label: str, version: str) -> list[Finding]:
    """Return a finding for each way in which a document breaks OpenAPI, sorted, at most 200 and one that says so.

    `version` is the document's `openapi` field. Raises UsageError when openapi-spec-validator is not installed.
    """
    at = Location(label)
    if not isinstance(tree, dict) or "openapi" not in tree:
        notice = problems.INVALID_SPEC.finding(at, "only OpenAPI documents are validated", "There is nothing to do.")
        return [notice._replace(severity=Severity.NOTICE)]
    found: set[tuple[str, str]] = set()
    ending = ""
    try:
        errors = _errors(tree, version)
        for error in islice(errors, MAX_ERRORS):
            found.add(_place_and_message(error, tree))
        if next(errors, None) is not None:
            ending = f"there are more than {MAX_ERRORS} errors; the others are left out"
    except ImportError:
        raise UsageError("--validate needs openapi-spec-validator: pip install openapi-spec-validator") from None
    except Exception as exc:
        # It trips over parts of the wrong shape, which it has reported by then.
        why = "correct the other errors first" if found else _why(exc)
        ending = f"the validator stopped before the end: {why}"
    findings = [problems.INVALID_SPEC.finding(Location(label, place), message) for place, message in sorted(found)]
    if ending:
        findings.append(problems.INVALID_SPEC.finding(at, _cut(ending)))
    return findings


def _why(exc: Exception) -> str:
    ref = getattr(exc, "ref", None)
    if isinstance(ref, str):  # what `referencing` raises, with the whole document in its text
        return f"the $ref to {ref!r} cannot be resolved within the document"
    if isinstance(exc, RecursionError):
        return "references lead back to themselves"
    return f"{type(exc).__name__}: {_one_line(str(exc))}"


def _errors(tree: dict[str, Any], version: str) -> Iterator[Any]:
    import openapi_spec_validator

    name = "OpenAPIV30SpecValidator" if version.startswith("3.0") else "OpenAPIV31SpecValidator"
    if version.startswith("3.2"):
        name = "OpenAPIV32SpecValidator"
    base: Any = getattr(openapi_spec_validator, name)
    keywords = {keyword: _placed(kind) for keyword, kind in base.keyword_validators.items()}
    keywords["schema"] = _bounded(keywords["schema"])
    validator = type(name, (base,), {"resolver_handlers": _NoDocuments(), "keyword_validators": keywords})(tree)
    # Its own iter_errors() does these two, but keeps the document in a cache for ever.
    conformity: Iterable[Any] = validator.schema_validator.iter_errors(tree)
    return chain(conformity, validator.root_validator(validator.schema_path))


class _NoDocuments(dict[str, Any]):
    """Handlers for every scheme there is, so that no reference makes the validator read a file or an address."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> Any:
        def refuse(uri: str) -> Any:
            raise LookupError(f"{uri} is outside the document and was not read")

        return refuse


def _placed(base: Any) -> Any:
    """Return the validator of a keyword with the place of what it looks at noted in its errors."""

    class Placed(base):  # type: ignore[misc]
        def __call__(self, *arguments: Any, **options: Any) -> Iterator[Any]:
            start = next((argument.parts for argument in arguments if hasattr(argument, "parts")), ())
            for error in super().__call__(*arguments, **options):
                if not hasattr(error, "start"):
                    error.start = start
                yield error

    return Placed


def _bounded(base: Any) -> Any:
    """Return the validator of schemas with each schema's properties collected once.

    The original walks cycles until the stack ends, and its work doubles with each level that refers twice to the next.
    """

    class Bounded(base):  # type: ignore[misc]
        def __init__(self, registry: Any) -> None:
            super().__init__(registry)
            self.collected: dict[int, set[str]] = {}

        def _collect_properties(self, schema: Any) -> set[str]:
            identity = id(schema.read_value())
            if identity not in self.collected:
                self.collected[identity] = set()
                self.collected[identity] = super()._collect_properties(schema)
            return self.collected[identity]

    return Bounded


def _place_and_message(error: Any, tree: Any) -> tuple[str, str]:
    start = getattr(error, "start", ())
    error = _cause(error)
    message: str = error.message
    shown = repr(error.instance)
    if len(shown) > 80 and message.startswith(shown):
        message = shown[:77] + "..." + message[len(shown) :]
    return _pointer(tree, (*start, *error.absolute_path)), _cut(_one_line(message))


def _cause(error: Any) -> Any:
    """Return what is wrong inside a part that fits none of several forms, when it is clear which it was meant for."""
    while error.context:
        forms: dict[Any, list[Any]] = {}
        for inner in error.context:
            forms.setdefault(inner.relative_schema_path[0], []).append(inner)
        if not (isinstance(error.instance, dict) and "$ref" in error.instance):
            forms = {form: inner for form, inner in forms.items() if not any(map(_wants_reference, inner))}
        if len(forms) != 1:
            return error
        error = min(
            next(iter(forms.values())),
            key=lambda inner: (inner.validator != "required", len(inner.path), inner.message),
        )
    return error


def _wants_reference(error: Any) -> bool:
    return error.validator == "required" and not error.path and error.message.startswith("'$ref' ")


def _pointer(tree: Any, tokens: Iterable[Any]) -> str:
    """Return the pointer of the last part that is there: behind a `$ref` the validator's own path goes on."""
    pointer, node = "", tree
    for token in tokens:
        try:
            node = node[token]
        except (KeyError, IndexError, TypeError):
            break
        pointer = refs.join(pointer, str(token))
    return pointer


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 3] + "..."
