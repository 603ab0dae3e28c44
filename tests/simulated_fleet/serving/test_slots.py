from simulated_fleet.serving.slots import SLOT_S, Slots, slot_end_s


def test_what_is_due_in_a_slot_comes_at_its_end_and_once() -> None:
    slots: Slots[str] = Slots()
    slots.put("early", 100.01)
    slots.put("late", 100.04)
    slots.put("next", 100.07)
    assert not slots.are_due(100.05)
    assert slots.take(100.05) == []
    assert slots.are_due(100.0625)
    assert slots.take(100.0625) == ["early", "late"]
    assert slots.take(100.0625) == []
    assert slots.take(100.125) == ["next"]


def test_what_was_due_in_the_past_comes_at_once() -> None:
    slots: Slots[str] = Slots()
    slots.take(101.0)
    slots.put("past", 99.0)
    assert slots.take(101.0) == ["past"]


def test_after_a_long_pause_all_come_in_order() -> None:
    slots: Slots[int] = Slots()
    for due in (500, 20, 9000, 100):
        slots.put(due, float(due))
    assert slots.take(3600.0) == [20, 100, 500]
    assert slots.take(9001.0) == [9000]


def test_the_end_of_a_slot_is_in_the_next_one() -> None:
    assert slot_end_s(100.0) == 100.0 + SLOT_S
    assert slot_end_s(slot_end_s(100.0)) == 100.0 + 2 * SLOT_S
    assert slot_end_s(1_790_000_000.03) == 1_790_000_000.0625
