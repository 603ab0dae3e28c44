import pytest

from storage.engines.postgresql_url import is_postgresql, parse_postgresql_url
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("postgresql://db.example/watchpost", "“watchpost” on db.example"),
        ("postgresql://ops@db.example:5433/watch%20post", "“watch post” on db.example:5433"),
        ("postgresql:///watchpost", "“watchpost”"),
        ("postgresql://ops@/watchpost?host=/run/postgresql", "“watchpost” on /run/postgresql"),
        ("postgresql://[::1]:5432/watchpost", "“watchpost” on [::1]:5432"),
        ("postgresql://a,b:5433/watchpost?target_session_attrs=read-write", "“watchpost” on a,b:5433"),
        ("postgresql:///?service=monitoring", "of the service “monitoring”"),
        ("postgresql://db:5432/watchpost?user=ops%40office", "“watchpost” on db:5432"),
    ],
)
def test_whatever_libpq_takes_is_taken_and_named(url: str, label: str) -> None:
    parsed = parse_postgresql_url(url)
    assert (parsed.text, parsed.label) == (url, label)


def test_other_spellings_become_the_one_that_libpq_knows() -> None:
    assert parse_postgresql_url("POSTGRES://db/x").text == "postgresql://db/x"
    assert parse_postgresql_url("postgresql+psycopg://db/x").text == "postgresql://db/x"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ops:hunter2@db/watchpost",
        "postgresql://ops:@db/watchpost",
        "postgresql://ops:hunter2/@db/watchpost",
        "postgresql://db/watchpost?password=hunter2",
        "postgresql://db/watchpost?sslmode=require&sslpassword=hunter2",
        "postgresql://db/watchpost?%70assword=hunter2",
        "postgresql://ops@office:hunter2@db/watchpost",
        "postgresql://ops:hun?ter2@db/watchpost",
    ],
)
def test_a_password_is_refused_with_a_place_to_put_it_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidInputError, match="password in it") as caught:
        parse_postgresql_url(url)
    assert ".pgpass" in caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "url", ["postgresql://db", "postgresql://db/", "postgresql:///", "postgresql://db/?sslmode=require"]
)
def test_a_url_names_a_database(url: str) -> None:
    with pytest.raises(InvalidInputError, match="names no database"):
        parse_postgresql_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:watchpost",
        "postgres:/db/x",
        "postgresql://db/x\ny",
        "postgresql://db/x y",
        "postgresql://db/%zz",
        "postgresql://db/x?host=%00",
        "postgresql://[::1/x",
        "postgresql://db/x?sslmode",
        "postgresql://db/x?connect_timeout=soon",
        f"postgresql://{'long' * 16}/x",
    ],
)
def test_what_is_no_url_says_how_one_is_written(url: str) -> None:
    with pytest.raises(InvalidInputError, match="no URL") as caught:
        parse_postgresql_url(url)
    assert "postgresql://user@host" in caught.value.hint


@pytest.mark.parametrize("name", ["options", "application_name", "dbname", "replication", "nonsense"])
def test_settings_that_are_ours_to_make_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"“{name}”"):
        parse_postgresql_url(f"postgresql://db/watchpost?{name}=x")


def test_a_path_is_not_taken_for_a_server() -> None:
    assert not is_postgresql("postgres.db")
    assert not is_postgresql("/var/lib/postgresql/x.db")
    assert is_postgresql("Postgres://db/x")
