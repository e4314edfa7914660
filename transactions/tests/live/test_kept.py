"""How long an answer is kept, and who waits for a new one."""

import threading
from unittest.mock import patch

from transactions.live import kept


class TestKept:
    def test_gives_the_same_answer_while_it_rests(self) -> None:
        numbers = iter(range(10))
        answers: kept.Kept[int] = kept.Kept()

        first = answers.get("key", lambda: next(numbers))
        second = answers.get("key", lambda: next(numbers))

        assert (first.value, second.value) == (0, 0)
        assert first.as_of == second.as_of

    def test_finds_anew_when_the_rest_is_over(self) -> None:
        answers: kept.Kept[int] = kept.Kept()
        with patch("time.monotonic", side_effect=[0.0, 0.0, 0.5, 10.4, 10.6, 10.6, 10.6, 10.6]):
            answers.get("key", lambda: 1)
            resting = answers.get("key", lambda: 2)
            found = answers.get("key", lambda: 3)

        assert (resting.value, found.value) == (1, 3)

    def test_keys_do_not_mix(self) -> None:
        answers: kept.Kept[str] = kept.Kept()

        assert answers.get(frozenset("a"), lambda: "a").value == "a"
        assert answers.get(None, lambda: "all").value == "all"

    def test_nobody_waits_while_a_known_answer_is_found_anew(self) -> None:
        answers: kept.Kept[str] = kept.Kept()
        with patch.object(kept, "SHORTEST_REST", 0.0), patch.object(kept, "REST_FACTOR", 0):
            answers.get("key", lambda: "old")
            entered, release = threading.Event(), threading.Event()

            def slowly() -> str:
                entered.set()
                assert release.wait(10)
                return "new"

            finder = threading.Thread(target=answers.get, args=("key", slowly))
            finder.start()
            assert entered.wait(10)
            meanwhile = answers.get("key", lambda: "unused")
            release.set()
            finder.join(10)

        assert meanwhile.value == "old"
