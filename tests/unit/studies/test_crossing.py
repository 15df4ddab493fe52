"""Where a chance reaches a level: on histories of which it is known what they need, in place of a simulation."""

from dataclasses import replace

import numpy as np
import pytest

from sim.estimates import Sample
from sim.studies.crossing import (
    ALWAYS,
    FOUND,
    MOST_WHOLE,
    NEVER,
    NO_EFFECT,
    SMALL,
    WHOLE,
    moves,
    seek,
    together,
)
from sim.studies.crossing_line import Look, Target

PLACES = (5.0, 20.0, 40.0, 60.0, 80.0, 95.0)


class Toy:
    """Histories that pay where ``pays(place, needed)`` says so; ``needed`` is uniform over 0 to 100."""

    def __init__(self, rng, pays, n=1000, small=250):
        self.needed, self.pays, self.small = rng.uniform(0, 100, n), pays, small
        self.sample, self.batches, self.whole = Sample(1), [], 0

    def look(self, batch):
        self.batches.append(batch)
        return [self.at(place, size) for _, place, size in batch]

    def at(self, place, size):
        hits = self.pays(place, self.needed)
        self.whole += size == WHOLE
        hits = hits if size == WHOLE else hits[: self.small]
        return Look(place, hits, self.sample.probability(hits))

    def target(self, level, now, **how):
        pair = (self.at(now, size).chance for size in (WHOLE, "small"))
        self.whole -= 1
        return Target.of(level, now, *pair, **how)

    def found(self, level, now=20.0, places=PLACES, **how):
        search = seek(self.target(level, now, **how), places, self.sample)
        return together({"one": search}, self.look)["one"]


def rising(place, needed):
    return needed < place


def test_a_rising_chance_is_crossed_where_the_histories_say(rng):
    toy = Toy(rng, rising, n=4000)
    found = toy.found(0.30)
    assert (found.status, found.upwards, found.turn) == (FOUND, True, None)
    assert found.place == pytest.approx(np.quantile(toy.needed, 0.30), abs=0.7)
    assert found.not_enough == pytest.approx(np.quantile(toy.needed, 0.30 - 0.0142), abs=0.7)
    assert found.enough == pytest.approx(np.quantile(toy.needed, 0.30 + 0.0142), abs=0.7)
    assert 2 <= toy.whole <= MOST_WHOLE


def test_a_falling_chance_is_crossed_from_the_other_side(rng):
    found = Toy(rng, lambda place, needed: needed > place).found(0.30)
    assert (found.status, found.upwards) == (FOUND, False)
    assert found.enough < found.place < found.not_enough
    assert found.place == pytest.approx(70, abs=4)


@pytest.mark.slow
def test_the_interval_covers_the_true_place(rng):
    repetitions, covered = 400, 0
    for _ in range(repetitions):
        found = Toy(rng, rising).found(0.30)
        covered += found.not_enough <= 30.0 <= found.enough
    assert covered / repetitions > 0.95 - 4 * np.sqrt(0.05 * 0.95 / repetitions)
    assert covered / repetitions < 0.999, "an interval that always covers is too wide"


def test_small_looks_that_are_lucky_are_corrected(rng):
    toy = Toy(rng, rising, n=20_000)
    toy.needed[: toy.small] *= 0.6  # the first histories need less than the others
    target, small = toy.target(0.30, 20.0), toy.at(40.0, SMALL)
    assert target.shift == pytest.approx(toy.at(20.0, WHOLE).chance.estimate - toy.at(20.0, SMALL).chance.estimate)
    assert target.shift < -0.1
    assert target.reached_by(small)
    assert not replace(target, level=small.chance.estimate).reached_by(small)
    found = toy.found(0.30)
    assert found.place == pytest.approx(np.quantile(toy.needed, 0.30), abs=0.5)
    assert found.not_enough < found.place < found.enough


def test_a_jump_is_found_and_its_good_side_named(rng):
    toy = Toy(rng, lambda place, needed: needed < (10 if place <= 33 else 60))
    found = toy.found(0.30)
    assert found.status == FOUND
    assert found.not_enough <= 33 < found.place <= 34
    assert found.enough == found.place


def test_a_hill_is_called_not_monotone_and_climbed_where_it_is_nearest(rng):
    toy = Toy(rng, lambda place, needed: needed < 50 - abs(place - 50), n=4000)
    found = toy.found(0.35, now=60.0)
    assert (found.status, found.upwards) == (FOUND, False)
    assert found.place == pytest.approx(65, abs=2)
    one, other = found.turn
    assert other <= 60
    assert one < other, "below the top the chance rises"
    other_side = toy.found(0.35, now=35.0)
    assert other_side.place == pytest.approx(35, abs=2)
    assert other_side.upwards


def test_from_there_on_is_the_last_crossing_upwards(rng):
    def dips(place, needed):
        return needed < (80 if place < 30 else 40 if place < 50 else place)

    found = Toy(rng, dips, n=4000).found(0.70, now=99.0, from_there_on=True)
    assert (found.status, found.upwards) == (FOUND, True)
    assert found.place == pytest.approx(70, abs=2.5)
    one, other = found.turn
    assert one < 30 <= other


@pytest.mark.parametrize(
    ("pays", "level", "status"),
    [
        (rising, 0.99, NEVER),
        (rising, 0.02, ALWAYS),
        (lambda place, needed: needed < 50, 0.7, NO_EFFECT),
        (lambda place, needed: needed < 50, 0.3, ALWAYS),
    ],
)
def test_where_no_value_matters_it_is_said_why(rng, pays, level, status):
    found = Toy(rng, pays).found(level)
    assert (found.status, found.place, found.not_enough, found.enough) == (status, None, None, None)
    assert len(found.survey) == len(PLACES)


def test_a_near_miss_is_looked_at_as_a_whole(rng):
    toy = Toy(rng, lambda place, needed: needed < 0.5 * place)
    found = toy.found(0.50)
    assert found.status == NEVER
    assert toy.whole == 1
    assert (found.best.place, len(found.best.hits)) == (95.0, 1000)
    far = Toy(rng, lambda place, needed: needed < 0.5 * place)
    assert far.found(0.70).status == NEVER
    assert far.whole == 0


def test_a_chance_that_only_the_whole_reaches_is_found_at_the_end(rng):
    toy = Toy(rng, rising)
    toy.needed[: toy.small] = np.minimum(toy.needed[: toy.small] + 3.0, 99.9)
    target = toy.target(0.93, 20.0)
    unlucky = Target(target.level, target.now, 0.0, target.error)
    found = together({"one": seek(unlucky, PLACES, toy.sample)}, toy.look)["one"]
    assert found.status == FOUND
    assert found.place == pytest.approx(93, abs=2.5)


def test_an_end_of_the_interval_beyond_the_range_is_none(rng):
    toy = Toy(rng, rising, n=500)
    found = toy.found(float(np.mean(toy.needed < 95.0)) - 0.002, places=(5.0, 50.0, 95.0))
    assert found.status == FOUND
    assert found.enough is None
    assert found.not_enough < found.place <= 95.0


def test_searches_keep_step(rng):
    toy = Toy(rng, rising)
    named = {name: seek(toy.target(level, 20.0), PLACES, toy.sample) for name, level in (("a", 0.3), ("b", 0.6))}
    found = together(named, toy.look)
    assert found["a"].place < found["b"].place
    assert {name for name, _, _ in toy.batches[0]} == {"a", "b"}
    assert len(toy.batches[0]) == 2 * len(PLACES)


def test_a_rise_within_the_noise_is_none():
    sample, few, more = Sample(1), np.zeros(2000, dtype=bool), np.zeros(2000, dtype=bool)
    few[:500] = more[3:506] = True  # six differ, three more than not
    pair = [Look(place, hits, sample.probability(hits)) for place, hits in ((1.0, few), (2.0, more))]
    assert moves(pair, sample) == (None, None)
    more[:3] = True
    more[506:530] = True  # thirty more, none less: plain for pairs, invisible to two separate intervals
    pair[1] = Look(2.0, more, sample.probability(more))
    assert pair[1].chance.low < pair[0].chance.high
    assert moves(pair, sample) == ((1.0, 2.0), None)
    assert moves([Look(1.0, more, pair[1].chance), Look(2.0, few, pair[0].chance)], sample) == (None, (1.0, 2.0))


def test_the_more_pairs_are_looked_at_the_more_it_takes():
    # Eight more and one less: 7 / 3 = 2.3 standard errors, enough for one pair and not for one of fifteen.
    sample, most, last = Sample(1), np.zeros(2000, dtype=bool), np.zeros(2000, dtype=bool)
    most[:101] = last[1:109] = True
    looks = [Look(float(i), last if i == 5 else most, sample.probability(last if i == 5 else most)) for i in range(6)]
    assert moves(looks, sample) == (None, None)
    assert moves(looks[-2:], sample) == ((4.0, 5.0), None)
