"""All files of a run change or none, whatever goes wrong, and nothing is lost."""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streammigrate.applying import disk, journal, transaction
from streammigrate.applying.model import BusyError, Change
from streammigrate.applying.undo import undo
from streammigrate.errors import InputError, UsageError

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
OLD = {"a.py": b"old a\r\n", "pkg/b.py": b"\xef\xbb\xbfold b", "pkg/c.py": b"old c\n"}
NEW = {"a.py": b"new a\r\n", "pkg/b.py": b"\xef\xbb\xbfnew b", "pkg/c.py": b""}
HELPERS = {"pkg/compat.py": b"helpers\n"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))
    tree = tmp_path / "tree"
    for path, data in OLD.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    (tree / "a.py").chmod(0o750)
    monkeypatch.chdir(tree)
    return tree


def changes() -> list[Change]:
    made = [Change(path, None, data) for path, data in HELPERS.items()]
    return made + [Change(path, OLD[path], NEW[path]) for path in OLD]


def run(root: Path) -> transaction.Done:
    return transaction.transact(str(root), changes())


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if not path.is_dir()}


def test_a_run_changes_every_file_and_undo_gives_them_back(root: Path) -> None:
    done = run(root)
    assert done.refusals == ()
    assert held(root) == NEW | HELPERS
    assert (root / "a.py").stat().st_mode & 0o777 == 0o750
    mask = os.umask(0)
    os.umask(mask)
    assert (root / "pkg/compat.py").stat().st_mode & 0o777 == 0o666 & ~mask
    (root / "a.py").chmod(0o600)
    undone = undo(str(root))
    assert held(root) == OLD
    assert (undone.restored, undone.removed) == (("a.py", "pkg/b.py", "pkg/c.py"), ("pkg/compat.py",))
    assert (root / "a.py").stat().st_mode & 0o777 == 0o750, "modes come back, too"


def test_an_undo_can_be_undone(root: Path) -> None:
    run(root)
    undo(str(root))
    with pytest.raises(UsageError, match="no run to undo"):
        undo(str(root))
    with pytest.raises(UsageError, match="undone already"):
        undo(str(root), 1)
    undo(str(root), 2)
    assert held(root) == NEW | HELPERS
    undo(str(root))
    assert held(root) == OLD


def test_undo_goes_back_run_by_run(root: Path) -> None:
    for before, after in ((b"old c\n", b"1"), (b"1", b"2"), (b"2", b"3")):
        transaction.transact(str(root), [Change("pkg/c.py", before, after)])
    (refusal,) = undo(str(root), 1).refusals
    assert refusal == ("pkg/c.py", "run 3 has changed it, too", "Undo run 3 first.")
    for expected in (b"2", b"1", b"old c\n"):
        undo(str(root))
        assert (root / "pkg/c.py").read_bytes() == expected


def test_a_file_that_changed_since_is_not_overwritten(root: Path) -> None:
    run(root)
    (root / "pkg/b.py").write_bytes(b"mine")
    undone = undo(str(root))
    assert [one[:2] for one in undone.refusals] == [("pkg/b.py", "it has changed since")]
    assert held(root) == NEW | HELPERS | {"pkg/b.py": b"mine"}
    undone = undo(str(root), skip_changed=True)
    assert undone.skipped == ("pkg/b.py",)
    assert held(root) == OLD | {"pkg/b.py": b"mine"}


def test_a_forced_undo_can_be_undone(root: Path) -> None:
    run(root)
    (root / "pkg/b.py").write_bytes(b"mine")
    (root / "a.py").unlink()
    undo(str(root), force=True)
    assert held(root) == OLD
    undo(str(root), 2)
    assert held(root) == {
        path: data for path, data in (NEW | HELPERS | {"pkg/b.py": b"mine"}).items() if path != "a.py"
    }


def _change_under(root: Path) -> None:
    (root / "pkg/b.py").write_bytes(b"theirs")


def _take_name(root: Path) -> None:
    (root / "pkg/compat.py").write_bytes(b"theirs")


def _link_hard(root: Path) -> None:
    os.link(root / "pkg/b.py", root / "pkg/other")


def _remove(root: Path) -> None:
    (root / "pkg/b.py").unlink()


def _pipe(root: Path) -> None:
    (root / "pkg/b.py").unlink()
    os.mkfifo(root / "pkg/b.py")


@pytest.mark.parametrize(
    ("spoil", "path", "reason"),
    [
        (_change_under, "pkg/b.py", "the file has changed since it was read"),
        (_take_name, "pkg/compat.py", "there is such a file by now"),
        (_link_hard, "pkg/b.py", "it has other names"),
        (_remove, "pkg/b.py", "No such file or directory"),
        pytest.param(
            _pipe,
            "pkg/b.py",
            "it is not a regular file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders"),
        ),
    ],
)
def test_one_file_that_cannot_be_written_leaves_all(
    root: Path, spoil: Callable[[Path], None], path: str, reason: str
) -> None:
    spoil(root)
    names = sorted(str(one) for one in root.rglob("*"))
    (refusal,) = run(root).refusals
    assert refusal.path == path
    assert refusal.reason.startswith(reason)
    assert (root / "a.py").read_bytes() == OLD["a.py"]
    assert sorted(str(one) for one in root.rglob("*")) == names
    assert journal.runs(str(root)) == []


@pytest.fixture
def plain_user() -> Iterator[Callable[[Callable[[], object]], int]]:
    """Return what runs a function in a process that is not root's, and returns 0 when it raises nothing."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")

    def call(work: Callable[[], object]) -> int:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        try:
            if ROOT:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    yield call


NOBODY = 65534


@pytest.mark.parametrize(
    ("path", "mode", "reason"), [("pkg/b.py", 0o444, "it is read-only"), ("pkg", 0o555, "Permission denied")]
)
def test_what_is_read_only_stays(
    monkeypatch: pytest.MonkeyPatch,
    plain_user: Callable[[Callable[[], object]], int],
    path: str,
    mode: int,
    reason: str,
) -> None:
    # Others may not look into the folders that pytest gives.
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        for name, data in OLD.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(data)
        if ROOT:
            for place in (Path(folder), *Path(folder).rglob("*")):
                os.chown(place, NOBODY, NOBODY)
        (tree / path).chmod(mode)
        monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(Path(folder, "state")))
        monkeypatch.chdir(tree)

        def refused() -> None:
            (refusal,) = transaction.transact(str(tree), [Change(name, OLD[name], NEW[name]) for name in OLD]).refusals
            assert refusal.reason == reason, refusal
            assert journal.runs(str(tree)) == []

        assert plain_user(refused) == 0
        assert held(tree) == OLD
        (tree / path).chmod(0o755)


def test_links_stay_links(root: Path) -> None:
    (root / "real").mkdir()
    (root / "a.py").rename(root / "real/a.py")
    (root / "a.py").symlink_to("real/a.py")
    assert run(root).refusals == ()
    assert (root / "a.py").is_symlink()
    assert (root / "real/a.py").read_bytes() == NEW["a.py"]
    undo(str(root))
    assert (root / "a.py").is_symlink()
    assert (root / "real/a.py").read_bytes() == OLD["a.py"]


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
def test_the_owner_stays(root: Path) -> None:
    os.chown(root / "a.py", 12, 34)
    (root / "a.py").chmod(0o4750)
    run(root)
    found = (root / "a.py").stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (12, 34, 0o4750)


SEAMS = ("stage", "put", "put_new", "remove")


class Failing:
    """Lets the disk fail at one of its steps, before or after the step is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: int, error: OSError, *, times: int = 1) -> None:
        self.steps = 0
        for name in SEAMS:
            monkeypatch.setattr(disk, name, self._wrapped(getattr(disk, name), step, error, times))

    def _wrapped(self, real: Callable[..., object], step: int, error: OSError, times: int) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            self.steps += 1
            if step <= self.steps < step + times:
                raise error
            return real(*arguments)

        return call


def _steps_of_a_run() -> int:
    return 2 * (len(OLD) + len(HELPERS))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", range(1, _steps_of_a_run() + 1))
def test_a_disk_that_fails_at_any_step_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: int, code: int
) -> None:
    with monkeypatch.context() as patch:
        Failing(patch, step, OSError(code, os.strerror(code)))
        (refusal,) = run(root).refusals
    assert refusal.reason == os.strerror(code)
    assert held(root) == OLD
    assert journal.runs(str(root)) == []
    assert run(root).refusals == ()
    assert held(root) == NEW | HELPERS


@pytest.mark.parametrize("step", range(len(OLD) + len(HELPERS) + 2, _steps_of_a_run() + 1))
def test_a_disk_that_stays_full_leaves_the_rest_to_undo(root: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    with monkeypatch.context() as patch:
        Failing(patch, step, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), times=100)
        (refusal,) = run(root).refusals
    assert "`streammigrate undo 1` puts them back" in refusal.reason
    with pytest.raises(BusyError, match="run 1 was interrupted"):
        transaction.settle(str(root))
    for path, data in held(root).items():
        assert data in (OLD.get(path), (NEW | HELPERS).get(path))
    undo(str(root))
    assert held(root) == OLD
    transaction.settle(str(root))


@pytest.mark.parametrize("step", range(1, 5))
def test_an_undo_that_fails_changes_nothing_and_can_be_repeated(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    run(root)
    with monkeypatch.context() as patch:
        Failing(patch, step, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        assert [one.reason for one in undo(str(root)).refusals] == [os.strerror(errno.ENOSPC)]
    assert held(root) == NEW | HELPERS
    undo(str(root))
    assert held(root) == OLD


@pytest.mark.parametrize("step", range(1, _steps_of_a_run() + 1))
def test_a_user_who_stops_it_finds_all_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    with monkeypatch.context() as patch:
        Failing(patch, step, KeyboardInterrupt())  # type: ignore[arg-type]
        with pytest.raises(KeyboardInterrupt):
            run(root)
    assert held(root) == OLD
    assert journal.runs(str(root)) == []


def test_without_a_journal_nothing_is_changed(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(InputError, match="no file was changed"):
        run(root)
    assert held(root) == OLD


def test_a_full_disk_of_the_journal_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left on device; no file was changed"):
            run(root)
    assert held(root) == OLD
    assert journal.runs(str(root)) == []


def test_old_runs_go(root: Path) -> None:
    for number in range(journal.KEPT + 5):
        text, following = str(number).encode(), str(number + 1).encode()
        (root / "a.py").write_bytes(text)
        transaction.transact(str(root), [Change("a.py", text, following)])
    numbers = [one.number for one in journal.runs(str(root))]
    assert numbers == list(range(6, journal.KEPT + 6))
    assert sorted(path.name for path in journal.runs(str(root))[0].folder.parent.iterdir()) == sorted(
        [*map(str, numbers), "root"]
    )


def test_a_run_that_is_being_undone_is_kept(root: Path) -> None:
    for number in range(journal.KEPT):
        (root / "a.py").write_bytes(b"%d" % number)
        transaction.transact(str(root), [Change("a.py", b"%d" % number, b"done")])
    (root / "a.py").write_bytes(b"done")
    undo(str(root), 1, force=True)
    assert (root / "a.py").read_bytes() == b"0"
    assert [one.number for one in journal.runs(str(root))][:2] == [1, 2]


def test_what_is_left_of_a_run_that_was_dropped_is_in_nobodys_way(root: Path) -> None:
    run(root)
    undo(str(root))
    second = journal.runs(str(root))[1]
    (second.folder / "plan.json").unlink()
    assert [one.number for one in journal.runs(str(root))] == [1]
    assert undo(str(root)).restored == ()
    assert [one.number for one in journal.runs(str(root))] == [1, 2]
    assert not list(second.folder.parent.glob("new-*"))


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_that_are_no_text(root: Path) -> None:
    name = os.fsdecode(b"b\xff d.py")
    try:
        (root / name).write_bytes(b"old")
    except OSError:
        pytest.skip("this file system takes text only")
    transaction.transact(str(root), [Change(name, b"old", b"new")])
    assert undo(str(root)).restored == (name,)
    assert (root / name).read_bytes() == b"old"


def test_what_is_kept_is_checked(root: Path) -> None:
    run(root)
    (kept,) = journal.runs(str(root))
    name = next(one.before for one in kept.entries if one.before)
    (kept.folder / name).write_bytes(b"spoiled")
    with pytest.raises(InputError, match="is damaged"):
        undo(str(root))
    assert held(root) == NEW | HELPERS
    (kept.folder / "plan.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        undo(str(root))


def test_others_may_not_read_what_is_kept(root: Path, tmp_path: Path) -> None:
    run(root)
    for path in (tmp_path / "state" / "projects").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def _stop_after(monkeypatch: pytest.MonkeyPatch, root: Path, count: int) -> None:
    """Begin a run and end it, as if it were killed, when some files are in place."""

    class KilledError(BaseException):
        pass

    def kill(*arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        Failing(patch, len(OLD) + len(HELPERS) + count + 1, KilledError())  # type: ignore[arg-type]
        patch.setattr(transaction, "_take_back", kill)
        with pytest.raises(KilledError):
            run(root)


def test_what_was_edited_after_an_interrupted_run_is_not_forgotten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stop_after(monkeypatch, root, 2)
    (root / "pkg/compat.py").unlink()
    (root / "a.py").write_bytes(b"edited")
    with pytest.raises(BusyError, match="of its 4 files 0 hold what it wrote and 3 what they held before"):
        transaction.settle(str(root))
    assert [one[:2] for one in undo(str(root)).refusals] == [("a.py", "it has changed since")]
    undo(str(root), force=True)
    assert held(root) == OLD
    transaction.settle(str(root))


def test_what_is_edited_while_a_run_fails_is_not_forgotten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = disk.put

    def put(temporary: str, target: str) -> None:
        if target.endswith("c.py"):
            (root / "a.py").write_bytes(b"edited")
            raise OSError(errno.EIO, "Input/output error")
        real(temporary, target)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "put", put)
        (refusal,) = run(root).refusals
    assert refusal.path == "pkg/c.py"
    assert "a.py was edited meanwhile; `streammigrate undo 1 --force` has what it held" in refusal.reason
    assert held(root) == OLD | {"a.py": b"edited"}
    undo(str(root), 1, force=True)
    assert held(root) == OLD


def test_a_file_under_two_names_is_written_once(root: Path) -> None:
    (root / "link.py").symlink_to("a.py")
    twice = [Change("a.py", OLD["a.py"], NEW["a.py"]), Change("link.py", OLD["a.py"], NEW["a.py"])]
    (found,) = transaction.grouped(twice).values()
    assert found == twice[:1]


def test_a_run_that_only_lacks_its_note_is_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "finish", lambda run: run)
        run(root)
    (root / "a.py").write_bytes(b"edited")
    transaction.settle(str(root))
    (kept,) = journal.runs(str(root))
    assert kept.finished


def test_a_run_that_did_nothing_is_forgotten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stop_after(monkeypatch, root, 0)
    assert len(held(root)) > len(OLD), "what was staged is there"
    transaction.settle(str(root))
    assert held(root) == OLD
    assert journal.runs(str(root)) == []


def test_a_link_belongs_to_the_project_that_it_is_in(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text("")
    (tmp_path / "two" / "x.py").write_text("")
    (tmp_path / "one" / "x.py").symlink_to(tmp_path / "two" / "x.py")
    change = Change(str(tmp_path / "one" / "x.py"), b"", b"1")
    assert transaction.grouped([change]) == {str(tmp_path / "one"): [change]}
    assert transaction.grouped([change], [str(tmp_path), str(tmp_path / "one")]) == {str(tmp_path): [change]}
