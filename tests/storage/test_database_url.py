from pathlib import Path

import pytest

from storage.database_url import canonical_url, database_file, database_path, database_place, database_url
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import InvalidInputError


def test_four_slashes_are_an_absolute_path(tmp_path: Path) -> None:
    assert database_path(f"sqlite:///{tmp_path}/x.db") == tmp_path.resolve() / "x.db"


def test_three_slashes_are_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert database_path("sqlite:///sub/x.db") == tmp_path.resolve() / "sub" / "x.db"


def test_a_bare_path_will_do_and_knows_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert database_path("~/x.db") == tmp_path.resolve() / "x.db"


@pytest.mark.parametrize(
    "name", ["a?b.db", "a#b.db", "100%.db", "%20.db", "a b.db", "ü.db", "x.db?mode=ro", "a:b@c.db"]
)
def test_every_character_of_a_path_means_itself_there_and_back(tmp_path: Path, name: str) -> None:
    path = tmp_path.resolve() / name
    assert database_path(f"sqlite:///{path}") == path
    assert database_path(database_url(path)) == path


def test_a_link_and_the_file_it_points_to_are_one_database(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    assert database_path(str(tmp_path / "link.db")) == tmp_path.resolve() / "real.db"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InvalidInputError, match="leads nowhere"):
        database_path(str(tmp_path / "a"))


@pytest.mark.parametrize(
    "url", ["postgresql://db/watchpost", "postgres://db/watchpost", "postgresql+psycopg://db/watchpost"]
)
def test_all_names_of_postgresql_are_one(url: str) -> None:
    assert canonical_url(url) == "postgresql://db/watchpost"
    assert isinstance(database_place(url), PostgresqlUrl)
    assert database_file(url) is None


def test_a_file_has_one_name_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        canonical_url("x.db") == canonical_url(f"sqlite:///{tmp_path}/x.db") == f"sqlite:///{tmp_path.resolve()}/x.db"
    )
    assert database_file("x.db") == tmp_path.resolve() / "x.db"


def test_what_needs_a_file_refuses_a_server() -> None:
    with pytest.raises(InvalidInputError, match="a file of SQLite"):
        database_path("postgresql://db/watchpost")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://admin:hunter2@db/watchpost",
        "postgresql://admin:hunter2/@db/watchpost",
        "mysql://admin:hunter2@db/watchpost",
        "postgresql://db/watchpost?user=x&password=hunter2",
        "sqlite://admin:hunter2@/x.db",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidInputError, match="password in it") as caught:
        database_place(url)
    assert caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("url", ["mysql://db/x", "sqlite:x.db", "sqlite://x.db", "file:x.db", "oracle:x"])
def test_other_kinds_and_half_written_urls_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        database_path(url)
    assert "sqlite:///" in caught.value.hint


@pytest.mark.parametrize("url", ["", "sqlite:///", ":memory:", "sqlite:///:memory:", "a\0b"])
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="names no file"):
        database_path(url)
