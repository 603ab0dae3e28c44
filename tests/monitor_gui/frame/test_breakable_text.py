from monitor_gui.frame.breakable_text import breakable


def test_ordinary_text_stays_as_it_is() -> None:
    text = "The database /home/kim/watchpost.db cannot be used."
    assert breakable(text) == text


def test_a_long_word_can_be_broken() -> None:
    assert max(map(len, breakable("x" * 300).split("\u200b"))) == 25
    assert breakable("x" * 300).replace("\u200b", "") == "x" * 300
