from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.schema import head
from tests.command_line import CommandLine
from tests.recorded import cpu, record, visit


def fill(database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="db1"), 0)
    record(database, *(visit(host.id, 5000 * at, cpu(user=1.0)) for at in range(3)))


def test_of_a_sound_database_it_is_told_that_nothing_is_wrong(cli: CommandLine, database: Database) -> None:
    fill(database)
    told = cli("db", "check", "--db", database.url)
    assert (told.status, told.err) == (0, "")
    assert "3 of head" in told.out
    assert "Nothing is wrong." in told.out
    done = cli("db", "check", "--thorough", "--json", "--db", database.url).json
    assert (done["ok"], done["faults"]) == (True, [])


def test_damage_is_told_with_what_to_do_and_status_1(cli: CommandLine, database: Database) -> None:
    fill(database)
    with database.writing() as connection:
        connection.execute(head.update().values(vector=b"\0" * 80))
    told = cli("db", "check", "--db", database.url)
    assert (told.status, told.out) == (1, "")
    assert "3 readings have 10 values for a layout of 1" in told.err
    assert "watchpost db restore FILE" in told.err
    done = cli("db", "check", "--json", "--db", database.url)
    assert done.status == 1
    assert done.json["faults"][0]["table"] == "head"


def test_on_a_server_too(cli: CommandLine, postgresql_database: Database) -> None:
    fill(postgresql_database)
    assert "Nothing is wrong." in cli("db", "check", "--db", postgresql_database.url).out
    with postgresql_database.writing() as connection:
        connection.execute(head.update().values(layout_id=77))
    told = cli("db", "check", "--db", postgresql_database.url)
    assert told.status == 1
    assert "pg_restore" in told.err
