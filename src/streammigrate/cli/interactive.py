"""`rewrite --interactive`: questions and answers in a terminal. What the answers lead to is worked out behind `api`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from streammigrate import api
from streammigrate.cli.progress import Progress
from streammigrate.cli.terminal import Terminal, emit

_YES = ("y", "yes", "rewrite it")
_NO = ("n", "no", "leave it on v1; the program keeps running")
_RULE = (
    ("a", "all", "rewrite it and all later ones of this rule"),
    ("d", "decline", "leave it and all later ones of this rule"),
)
_MORE = (
    ("e", "edit", "open the new code in $VISUAL or $EDITOR, and take what is saved"),
    ("x", "explain", "the rule, and how the receiver is known, in full"),
    ("u", "undo", "take the last answer back"),
    ("q", "quit", "leave all that was not answered, and ask whether to write the rest"),
    ("?", "help", "this list"),
)
_LAST = (
    ("y", "yes", "write the files"),
    ("n", "no", "write nothing"),
    ("v", "view", "the whole diff"),
    ("u", "undo", "take the last answer back"),
    ("?", "help", "this list"),
)


def refuse_without_terminal() -> None:
    """Raise UsageError where nobody can be asked."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise api.UsageError("--interactive asks in a terminal, and standard input or output is none")


def choose(paths: Sequence[str], options: api.RewriteOptions, terminal: Terminal) -> api.RewriteOutcome | None:
    """Ask about everything that can be rewritten; return what was chosen, None when nothing is to be written.

    Raises KeyboardInterrupt when it is interrupted.
    """

    def rewrite(refused: frozenset[tuple[str, int, int, str]]) -> api.RewriteOutcome:
        with Progress(terminal) as progress:
            return api.rewrite(paths, replace(options, refused=refused), progress.at)

    return Dialogue(rewrite, terminal, _input, emit).run()


def _input(prompt: str) -> str:
    with suppress(ImportError):
        # Line editing where there is some.
        import readline  # noqa: F401
    return input(prompt)


class Dialogue:
    """Asks until everything is answered. `ask` gives the answer to a prompt, `show` prints."""

    def __init__(
        self,
        rewrite: Callable[[frozenset[tuple[str, int, int, str]]], api.RewriteOutcome],
        terminal: Terminal,
        ask: Callable[[str], str],
        show: Callable[[str], None],
    ) -> None:
        self._choices = api.choosing(rewrite)
        self._ask_line, self._show = ask, show
        self._color, self._width = terminal.colored(sys.stdout), terminal.width()

    def run(self) -> api.RewriteOutcome | None:
        """Return what was chosen and is to be written, or None."""
        try:
            return self._run()
        except (EOFError, KeyboardInterrupt) as error:
            self._show("\nNothing was written.\n")
            if isinstance(error, KeyboardInterrupt):
                raise
            return None

    def _run(self) -> api.RewriteOutcome | None:
        asked = self._choices.question is not None
        while True:
            while self._choices.question is not None:
                if not self._answer():
                    break
            outcome = api.chosen(self._choices)
            if not any(result.changed for result in outcome.files):
                if not asked:
                    # There may be things to say of what is left.
                    return outcome
                self._show("Nothing was chosen, and nothing is written.\n")
                return None
            said = self._last(outcome)
            if said != "undo":
                return outcome if said == "yes" else None

    def _answer(self) -> bool:
        """Ask one question until it is answered; return False when there are to be no more."""
        choices = self._choices
        question = choices.question
        assert question is not None
        self._show(api.render_question(choices, color=self._color, width=self._width))
        alike = choices.state.alike(question) if question.rule else ()
        keys = (_YES, _NO, *(_RULE if len(alike) > 1 else ()), *_MORE)
        prompt = "Rewrite it?" if question.rule else "Rewrite them?"
        if len(alike) > 1:
            prompt += f" (a, d: all {len(alike)} of {question.rule})"
        while True:
            said = self._ask(prompt, keys)
            if said == "explain":
                self._show("\n" + api.explain_question(choices, color=self._color, width=self._width) + "\n")
            elif said == "edit":
                if self._edit():
                    return True
            elif said == "undo":
                if choices.undo():
                    return True
                self._show("There is no answer to take back.\n")
            elif said == "yes":
                choices.yes(question)
                return True
            elif said == "all":
                choices.yes_to_rule(question)
                return True
            elif said in ("no", "decline"):
                if self._refuse(rule=said == "decline"):
                    return True
            else:
                self._take(choices.no_to_the_rest(), "stays as it was, then")
                return False

    def _refuse(self, *, rule: bool) -> bool:
        """Leave a site; return False when that turns out to leave more than is wanted."""
        choices = self._choices
        question = choices.question
        assert question is not None
        answer = choices.no_to_rule(question) if rule else choices.no(question)
        if answer.fallen:
            self._show(api.render_fallen(answer, color=self._color, width=self._width))
            if self._ask("Leave them all?", (("y", "yes", "leave them"), ("n", "no", "ask again"))) == "no":
                return False
        self._take(answer, "is asked about again")
        return True

    def _take(self, answer: api.Answer, becomes: str) -> None:
        """Go where an answer leads; tell what becomes of edits that do not fit any more."""
        before = self._choices.state.edits
        self._choices.take(answer)
        for edit in before:
            if edit not in answer.state.edits:
                place = f"{edit.stretch.path}:{edit.stretch.start + 1}"
                self._show(f"Your edit of {place} does not fit any more; it {becomes}.\n")

    def _last(self, outcome: api.RewriteOutcome) -> str:
        """Ask whether to write what was chosen; return `yes`, `no` or `undo`."""
        self._show("\n" + api.render_rewrite(outcome, "text", color=self._color, width=self._width, verbose=-1))
        while True:
            said = self._ask("Write this?", _LAST)
            if said == "view":
                self._show(api.render_diffs(outcome, color=self._color, width=self._width))
            elif said == "no":
                self._show("Nothing was written.\n")
                return said
            elif said == "yes" or self._choices.undo():
                return said

    def _ask(self, prompt: str, keys: Sequence[tuple[str, str, str]]) -> str:
        """Return the word of the answer."""
        letters = ",".join(key for key, _, _ in keys)
        while True:
            said = self._ask_line(f"{prompt} [{letters}] ").strip().lower()
            word = next((word for key, word, _ in keys if said in (key, word)), "")
            if word and word != "help":
                return word
            self._show(api.render_keys(keys, color=self._color, width=self._width))

    def _edit(self) -> bool:
        """Let the new code be edited; return whether something was taken."""
        choices = self._choices
        question = choices.question
        assert question is not None
        parts = choices.stretches(question)
        if not parts:
            self._show("There is no Python file to edit here; answer y or n, and edit it afterwards.\n")
            return False
        written = []
        for part in parts:
            text = part.text
            while True:
                try:
                    text = edited(text)
                except api.UsageError as error:
                    self._show(f"{error}\n")
                    return False
                refusal = "" if text == part.text else choices.refusal(part, text)
                if not refusal:
                    break
                self._show(f"That cannot be taken: {refusal}\n")
                again = (("y", "yes", "edit it again"), ("n", "no", "throw it away"))
                if self._ask("Edit it again?", again) == "no":
                    return False
            if text != part.text:
                written.append((part, text))
        if not written:
            self._show("Nothing was changed.\n")
            return False
        choices.edited(question, written)
        return True


def edited(text: str) -> str:
    """Return what an editor makes of a text, with its line ends. Raises UsageError where there is none or it fails."""
    import shlex
    import subprocess
    import tempfile

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise api.UsageError("set EDITOR (or VISUAL) to the editor that is to be opened")
    end = "\r\n" if "\r\n" in text else "\n"
    with tempfile.TemporaryDirectory(prefix="streammigrate-") as folder:
        path = Path(folder, "proposed.py")
        path.write_bytes(text.replace("\r\n", "\n").encode())
        try:
            code = subprocess.call([*shlex.split(command), str(path)])
            found = path.read_bytes().decode()
        except (OSError, ValueError) as error:
            raise api.UsageError(f"{command} cannot be used: {error}") from None
    if code:
        raise api.UsageError(f"{command} ended with {code}; nothing was taken")
    if not found.strip():
        raise api.UsageError("nothing is left of it; answer n to leave the line as it is")
    lines = found.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return "".join(line + end for line in lines)
