import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remote_probe.redact import COMMAND_LIMIT, command_line, redact, split_quoted

# A command as a person would type it; the secret is always hunter2, and what is expected of it.
TABLE = [
    ("mysql -uroot -phunter2 shop", "mysql -uroot -p*** shop"),
    ("/usr/bin/mysqldump --password=hunter2 shop", "/usr/bin/mysqldump --password=*** shop"),
    ("backup --password hunter2 --verbose", "backup --password *** --verbose"),
    ("backup --password 'hunter2 with blanks' x", "backup --password *** x"),
    ("backup --password=hunter2,x=hunter2 x", "backup --password=*** x"),
    ("sshpass -p hunter2 ssh root@db", "sshpass -p *** ssh root@db"),
    ("sudo mysql -phunter2", "sudo mysql -p***"),
    ("7z a -phunter2 x.7z", "7z a -p*** x.7z"),
    ("redis-cli -a hunter2 ping", "redis-cli -a *** ping"),
    ("curl -u me:hunter2 http://x", "curl -u *** http://x"),
    ("curl -ume:hunter2 http://x", "curl -u*** http://x"),
    ("curl -H 'Authorization: Bearer hunter2' http://x", "curl -H Authorization: *** http://x"),
    ("curl -H 'X-Api-Key:hunter2' http://x", "curl -H X-Api-Key:*** http://x"),
    ("tool Authorization: Bearer hunter2 x", "tool Authorization: Bearer *** x"),
    ("curl https://u:hunter2@h/p?a=1&token=hunter2&b=2", "curl https://u:***@h/p?a=1&token=***&b=2"),
    ("psql postgresql://u:hunter2@h:5432/db", "psql postgresql://u:***@h:5432/db"),
    ("mongo me:hunter2@h", "mongo me:***@h"),
    ("mongod --seed mongodb://a:hunter2@h,mongodb://b:hunter2@i", "mongod --seed mongodb://a:***@h,mongodb://b:***@i"),
    ("psql 'host=h password=hunter2 dbname=x'", "psql host=h password=*** dbname=x"),
    ("env DB_PASSWORD=hunter2 PATH=/bin run", "env DB_PASSWORD=*** PATH=/bin run"),
    ("docker run -p 80:80 --env=API_TOKEN=hunter2 x", "docker run -p 80:80 --env=API_TOKEN=*** x"),
    ("docker login -u me -p hunter2", "docker login -u me -p ***"),
    ("java -Dspring.datasource.password=hunter2 -jar x.jar", "java -Dspring.datasource.password=*** -jar x.jar"),
    ("az 'AccountName=a;AccountKey=hunter2==;Suffix=c'", "az AccountName=a;AccountKey=***;Suffix=c"),
    ("bash -c 'mysql -u root -phunter2 -h x'", "bash -c mysql -u root -p*** -h x"),
    ("sh -c \"curl -H 'X-Token: hunter2 x' http://x\"", "sh -c curl -H 'X-Token: ***' http://x"),
    ("""app '{"user": "a", "password": "hunter2 x"}'""", """app {"user": "a", "password": ***"""),
    ('tool "it\'s --password hunter2 y"', "tool it's --password *** y"),
    ("xfreerdp /u:me /p:hunter2 /v:h", "xfreerdp /u:me /p:*** /v:h"),
    ("openssl enc -k hunter2", "openssl enc -k ***"),
    ("openssl rsa -passin pass:hunter2", "openssl rsa -passin ***"),
]

HARMLESS = [
    "/usr/sbin/sshd -D",
    "ssh -p 22 root@db",
    "nginx: worker process",
    "postgres: app shop 10.0.0.1(5432) idle",
    "vllm serve --max-tokens 4096 --tokenizer llama",
    "kubelet --token-file=/run/token --port 10250",
    "mongod --auth --port 27017",
    "git clone git@github.com:x/y.git",
    "curl https://example.org:8443/path?page=2",
    "rsync -a host:/srv/ /srv/",
]


@pytest.mark.parametrize(("typed", "expected"), TABLE)
def test_a_secret_does_not_leave_the_host(typed: str, expected: str) -> None:
    assert command_line(tuple(shlex.split(typed))) == expected


@pytest.mark.parametrize("typed", HARMLESS)
def test_a_command_without_secrets_is_left_alone(typed: str) -> None:
    assert command_line(tuple(shlex.split(typed))) == typed


def test_a_token_is_known_by_its_looks() -> None:
    token = "ghp_abcdefghijklmnopqrstuvwxyz012345"
    assert redact(["git", "clone", f"https://{token}@github.com/x"])[-1] == "https://***@github.com/x"
    assert redact(["deploy", token]) == ["deploy", "***"]


def test_a_title_in_one_piece_is_treated_as_a_command() -> None:
    assert command_line(("worker --password hunter2 --queue a",)) == "worker --password *** --queue a"


def test_control_characters_become_blanks_and_the_length_is_bounded() -> None:
    assert command_line(("a\nb\x1b[31mc\x7f", "d\u2028e")) == "a b [31mc  d e"
    assert len(command_line(("x" * 10_000, "y"))) == COMMAND_LIMIT
    assert command_line(()) == ""


def test_quotes_hold_words_together() -> None:
    assert split_quoted("a 'b c'  --d=\"e f\"g\t'h") == ["a", "'b c'", '--d="e f"g', "'h"]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_whatever_a_process_calls_itself_comes_out_as_one_bounded_line(arguments: list[str]) -> None:
    line = command_line(tuple(arguments))
    assert len(line) <= COMMAND_LIMIT
    assert not any(ord(character) < 0x20 for character in line)


@given(
    st.text(alphabet="ab :/@='\"\\&;,?-{}\t", max_size=40), st.sampled_from(["--password=", "DB_TOKEN=", "X-Secret: "])
)
def test_an_assigned_secret_is_hidden_whatever_it_is_made_of(value: str, name: str) -> None:
    secret = "Q" + value + "Q"
    assert "Q" not in command_line(("run", name + secret, "end"))


def test_a_monstrous_command_line_is_done_with_quickly() -> None:
    for monster in ("://" * 1400, "='" * 2000, "a=&" * 1300, '"' * 4096, " -" * 2000, "\\'" * 2000):
        assert len(command_line((monster,))) <= COMMAND_LIMIT
