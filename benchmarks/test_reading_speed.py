"""A question is read in two milliseconds, 200 names in a second."""

import time

from tests.language.test_reading_speed import FAMILIES, QUESTIONS, read


def _seconds(text, rounds):
    """Return the shortest of several times of the processor."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times)


def test_questions_take_two_milliseconds():
    times = sorted(_seconds(text, 5) for text in QUESTIONS)
    median, most = times[len(times) // 2], times[len(times) * 95 // 100]
    in_ms = ", ".join(f"{1e3 * t:.1f}" for t in (median, most, times[-1]))
    print(f"\n{len(times)} questions: median, 95% and most {in_ms} ms")
    assert median < 0.002 and most < 0.01 and times[-1] < 0.2


def test_200_names_take_less_than_a_second():
    for family, (names, term) in FAMILIES.items():
        seconds = _seconds(" + ".join(term(i) for i in range(200 // names)), 2)
        print(f"{family}: {seconds:.2f} s")
        assert seconds < 1
