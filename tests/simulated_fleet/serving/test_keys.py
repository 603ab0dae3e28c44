import asyncssh

from simulated_fleet.serving.keys import client_key, host_key, password, pkcs8, private_file, public_line


def test_a_seed_has_the_same_keys_each_time_and_another_seed_others() -> None:
    assert public_line(host_key(1, 5)) == public_line(host_key(1, 5))
    others = [host_key(2, 5), host_key(1, 6), host_key(1, 5, 1), client_key(1)]
    assert len({public_line(key) for key in [host_key(1, 5), *others]}) == 5
    assert password(1) == password(1) != password(2)


def test_a_key_is_read_by_other_programs() -> None:
    key = host_key(3, 0)
    for text in (private_file(key), pkcs8(key)):
        read = asyncssh.import_private_key(text)
        assert read.export_public_key().decode().split()[:2] == public_line(key).split()
