"""Parameters of functions and items of `with` statements, put in and taken out in the layout that is there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, TypeAlias

import libcst as cst

from streammigrate.codemod.model import AddItem, AddParameter, Header, RemoveItem, RemoveParameter
from streammigrate.codemod.parsing import Unappliable

_Element: TypeAlias = cst.Param | cst.ParamStar | cst.ParamSlash
_One: TypeAlias = _Element | cst.WithItem


def changed(node: cst.CSTNode, edits: Sequence[Header]) -> cst.CSTNode:
    """Return a function or `with` statement after the edits. Raises Unappliable where it has no such part."""
    for edit in edits:
        if isinstance(node, cst.FunctionDef) and isinstance(edit, AddParameter):
            node = node.with_changes(params=_with_parameter(node, edit))
        elif isinstance(node, cst.FunctionDef) and isinstance(edit, RemoveParameter):
            node = node.with_changes(params=_without_parameter(node.params, edit))
        elif isinstance(node, cst.With) and isinstance(edit, AddItem):
            new = _statement(f"with {edit.text}: pass", edit)
            assert isinstance(new, cst.With)
            node = node.with_changes(items=_appended(list(node.items), [new.items[0]], _gap(node.items, node.lpar)))
        elif isinstance(node, cst.With) and isinstance(edit, RemoveItem):
            kept = [item for item in node.items if not _binds(item, edit.name)]
            if len(kept) != len(node.items) - 1 or not kept:
                raise Unappliable("not-found", f"no item of the statement is `{edit.name}`", edit.span.line)
            node = node.with_changes(items=_shortened(list(node.items), kept))
        else:
            raise Unappliable("unsupported-place", "the statement has no such part", edit.span.line)
    return node


def expected(node: ast.stmt, edits: Sequence[Header]) -> None:
    """Do the same to a tree of `ast`."""
    for edit in edits:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args
            if isinstance(edit, AddParameter):
                made = ast.parse(f"def f(*, {edit.text}): pass").body[0]
                assert isinstance(made, ast.FunctionDef)
                if _is_positional(arguments, edit):
                    arguments.args.append(made.args.kwonlyargs[0])
                else:
                    arguments.kwonlyargs.append(made.args.kwonlyargs[0])
                    arguments.kw_defaults.append(made.args.kw_defaults[0])
            elif isinstance(edit, RemoveParameter):
                _forget(arguments, edit.name)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            if isinstance(edit, AddItem):
                block = ast.parse(f"with {edit.text}: pass").body[0]
                assert isinstance(block, ast.With)
                node.items.append(block.items[0])
            elif isinstance(edit, RemoveItem):
                named = [one for one in node.items if getattr(one.optional_vars, "id", "") == edit.name]
                node.items = [one for one in node.items if one not in named]


def _is_positional(arguments: ast.arguments, edit: AddParameter) -> bool:
    plain = not arguments.defaults and not arguments.kwonlyargs and not arguments.vararg
    return edit.positional and plain


def _forget(arguments: ast.arguments, name: str) -> None:
    for index, arg in enumerate(arguments.kwonlyargs):
        if arg.arg == name:
            del arguments.kwonlyargs[index], arguments.kw_defaults[index]
            return
    positional = [*arguments.posonlyargs, *arguments.args]
    for index, arg in enumerate(positional):
        if arg.arg == name:
            place = index - (len(positional) - len(arguments.defaults))
            if place >= 0:
                del arguments.defaults[place]
            (arguments.args if arg in arguments.args else arguments.posonlyargs).remove(arg)
            return


def _statement(text: str, edit: Header) -> cst.CSTNode:
    try:
        return cst.parse_statement(text)
    except cst.ParserSyntaxError:
        raise Unappliable("bad-text", f"the new code does not fit there: {text!r}", edit.span.line) from None


def _with_parameter(node: cst.FunctionDef, edit: AddParameter) -> cst.Parameters:
    params = node.params
    made = _statement(f"def _(*, {edit.text}): pass", edit)
    assert isinstance(made, cst.FunctionDef)
    new: list[_Element] = [made.params.kwonly_params[0].with_changes(star="")]
    elements = _elements(params)
    plain = not params.kwonly_params and isinstance(params.star_arg, cst.MaybeSentinel)
    positional = edit.positional and plain and all(param.default is None for param in params.params)
    if plain and not positional:
        new.insert(0, cst.ParamStar())
    if params.star_kwarg is not None:
        gap = _gap(elements, node.whitespace_before_params)
        elements[-1:] = [*(_followed(one, gap) for one in new), elements[-1]]
    else:
        elements = _appended(elements, new, _gap(elements, node.whitespace_before_params))
    return _parameters(params, elements, {made.params.kwonly_params[0].name.value} if positional else set())


def _without_parameter(params: cst.Parameters, edit: RemoveParameter) -> cst.Parameters:
    elements = _elements(params)
    kept = [one for one in elements if not (isinstance(one, cst.Param) and one.name.value == edit.name)]
    if len(kept) != len(elements) - 1:
        raise Unappliable("not-found", f"the function has no parameter `{edit.name}`", edit.span.line)
    keyword_only = [one for one in params.kwonly_params if one in kept]
    if not keyword_only:
        kept = [one for one in kept if not isinstance(one, cst.ParamStar)]
    return _parameters(params, _shortened(elements, kept), set())


def _elements(params: cst.Parameters) -> list[_Element]:
    """Return everything between the brackets in the order of the source."""
    found: list[_Element] = [*params.posonly_params]
    if isinstance(params.posonly_ind, cst.ParamSlash):
        found.append(params.posonly_ind)
    found += params.params
    if isinstance(params.star_arg, (cst.Param, cst.ParamStar)):
        found.append(params.star_arg)
    found += params.kwonly_params
    return [*found, params.star_kwarg] if params.star_kwarg is not None else found


def _parameters(params: cst.Parameters, elements: Sequence[_Element], positional: set[str]) -> cst.Parameters:
    """Return parameters with other elements; `positional` are the new ones that take no keyword."""
    posonly = {param.name.value for param in params.posonly_params}
    plain = {param.name.value for param in params.params} | positional
    named = [one for one in elements if isinstance(one, cst.Param) and one.star in ("", cst.MaybeSentinel.DEFAULT)]
    starred = [one for one in elements if isinstance(one, cst.Param) and one.star == "*"]
    doubled = [one for one in elements if isinstance(one, cst.Param) and one.star == "**"]
    bare = [one for one in elements if isinstance(one, cst.ParamStar)]
    slash = [one for one in elements if isinstance(one, cst.ParamSlash)]
    return params.with_changes(
        posonly_params=[one for one in named if one.name.value in posonly],
        posonly_ind=slash[0] if slash else params.posonly_ind,
        params=[one for one in named if one.name.value in plain],
        star_arg=next(iter([*starred, *bare]), cst.MaybeSentinel.DEFAULT),
        kwonly_params=[one for one in named if one.name.value not in posonly | plain],
        star_kwarg=doubled[0] if doubled else None,
    )


def _gap(elements: Sequence[_One], opening: object) -> cst.BaseParenthesizableWhitespace:
    """Return the space behind a comma: a line end where each element has a line of its own."""
    for one in elements[:-1]:
        comma = one.comma
        if isinstance(comma, cst.Comma) and isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace):
            return _bare(comma.whitespace_after)
        return cst.SimpleWhitespace(" ")
    space = opening.whitespace_after if isinstance(opening, cst.LeftParen) else opening
    return _bare(space) if isinstance(space, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")


def _bare(space: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    return space.with_changes(
        first_line=space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace("")), empty_lines=[]
    )


def _followed(one: _Element, gap: cst.BaseParenthesizableWhitespace) -> _Element:
    return one.with_changes(comma=cst.Comma(whitespace_after=gap))


def _appended(elements: list[Any], new: Sequence[Any], gap: cst.BaseParenthesizableWhitespace) -> list[Any]:
    """Return a list with more at its end; what closes the list closes the new one, comments stay where they are."""
    if not elements:
        return [*(one.with_changes(comma=cst.Comma(whitespace_after=gap)) for one in new[:-1]), new[-1]]
    last = elements[-1]
    end = last.comma
    between: cst.BaseParenthesizableWhitespace = gap
    if isinstance(end, cst.Comma) and isinstance(end.whitespace_after, cst.ParenthesizedWhitespace):
        after = end.whitespace_after
        if after.first_line.comment is not None or after.empty_lines:
            opened = gap if isinstance(gap, cst.ParenthesizedWhitespace) else after
            between = after.with_changes(indent=opened.indent, last_line=opened.last_line)
        end = end.with_changes(whitespace_after=_bare(after))
    head = [one.with_changes(comma=cst.Comma(whitespace_after=gap)) for one in new[:-1]]
    closing: dict[str, object] = {"comma": end}
    if isinstance(last, cst.Param) and isinstance(new[-1], cst.Param):
        closing["whitespace_after_param"] = last.whitespace_after_param
        last = last.with_changes(whitespace_after_param=cst.SimpleWhitespace(""))
    return [
        *elements[:-1],
        last.with_changes(comma=cst.Comma(whitespace_after=between)),
        *head,
        new[-1].with_changes(**closing),
    ]


def _shortened(elements: Sequence[Any], kept: list[Any]) -> list[Any]:
    """Return what is kept of a list; the last closes the list as the last did before."""
    if not kept or kept[-1] is elements[-1]:
        return kept
    gone, last = elements[-1], kept[-1]
    end = gone.comma
    own = last.comma
    if isinstance(end, cst.Comma) and isinstance(own, cst.Comma):
        after, before = end.whitespace_after, own.whitespace_after
        if isinstance(after, cst.ParenthesizedWhitespace) and isinstance(before, cst.ParenthesizedWhitespace):
            end = own.with_changes(whitespace_after=before.with_changes(indent=after.indent, last_line=after.last_line))
    closing: dict[str, object] = {"comma": end}
    if isinstance(last, cst.Param) and isinstance(gone, cst.Param):
        closing["whitespace_after_param"] = gone.whitespace_after_param
    return [*kept[:-1], last.with_changes(**closing)]


def _binds(item: cst.WithItem, name: str) -> bool:
    return item.asname is not None and isinstance(item.asname.name, cst.Name) and item.asname.name.value == name
