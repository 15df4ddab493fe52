"""The luck of one mechanism on one day: counts, noise factors and splits from named uniforms.

Every draw names its stream; a stream gives one row of uniforms a day whatever the state of the business, so scenarios
that differ in one number see the same shocks. In *expected-count* mode every count is its mean, every noise factor is
one and every split is exact: a deterministic model for checks by hand.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import ndtri

from sim.randomness import counts
from sim.randomness.streams import BLOCK, Array, DailyStream, fixed_uniforms, stream_id


class Noise:
    """Noise whose relative variance is one over the dispersion: what is the same every day, and today's row."""

    def __init__(self, dispersion: Array | float) -> None:
        log_variance = np.log1p(1.0 / dispersion)
        self.dispersion = dispersion
        self.log_sd = np.sqrt(log_variance)
        self.half_log_variance = 0.5 * log_variance
        self.day = -1
        self.row: Array = np.empty(0)


class SpanLuck:
    """All streams of a span of blocks of paths, shared by the strategies: a channel's luck is keyed by its name.

    Parameters
    ----------
    copies : int
        How many businesses stand side by side, each on the same blocks and the same luck.
    """

    def __init__(self, seed: int, blocks: range, expected: bool = False, copies: int = 1) -> None:
        self.seed = seed
        self.blocks, self.copies = blocks, copies
        self.n_paths = len(blocks) * BLOCK * copies
        self.expected = expected
        self.day = 0
        self._streams: dict[str, DailyStream] = {}
        self._fixed: dict[tuple[str, int], Array] = {}
        self._normals: dict[str, tuple[int, Array]] = {}
        self._noise: dict[str, Noise] = {}
        self._names: dict[int, str] = {}

    def uniform(self, name: str) -> Array:
        """Return today's row of a stream. Shared: must not be written to."""
        stream = self._streams.get(name)
        if stream is None:
            self._claim(name)
            stream = self._streams[name] = DailyStream(self.seed, name, self.blocks, self.copies)
        return stream.day(self.day)

    def _claim(self, name: str) -> None:
        # Two names with one key would silently share their luck; 64 bits make it unlikely, this makes it loud.
        owner = self._names.setdefault(stream_id(name), name)
        if owner != name:
            raise ValueError(f"streams '{owner}' and '{name}' share one key; rename one of them")

    def normal(self, name: str) -> Array:
        """Return today's row as standard normals, computed once for all strategies."""
        day, row = self._normals.get(name, (-1, None))
        if row is None or day != self.day:
            row = ndtri(self.uniform(name))
            self._normals[name] = (self.day, row)
        return row

    def noise(self, name: str, dispersion: Array | float) -> Array:
        """Return today's row as lognormal noise, computed once for all strategies of one world."""
        noise = self._noise.get(name)
        if noise is None or noise.dispersion is not dispersion:
            noise = self._noise[name] = Noise(dispersion)
        if noise.day != self.day:
            exponent = self.normal(name) * noise.log_sd
            exponent -= noise.half_log_variance
            noise.day, noise.row = self.day, np.exp(exponent, out=exponent)
        return noise.row

    def fixed(self, name: str, count: int) -> Array:
        """Return ``count`` uniforms a path drawn before day 0."""
        key = (name, count)
        if key not in self._fixed:
            self._claim(name)
            self._fixed[key] = fixed_uniforms(self.seed, name, self.blocks, count, self.copies)
        return self._fixed[key]


class Luck:
    """The streams of one mechanism: ``prefix`` is ``<channel>.<section>``, the name of each ``<prefix>.<stream>``.

    A stream that is not ``declared`` is a defect; ``carts`` also declares ``carts.paid``, ``carts.free``.
    """

    def __init__(self, span: SpanLuck, prefix: str, declared: tuple[str, ...]) -> None:
        self._span = span
        self._prefix = prefix
        self._declared = declared
        self._names: dict[str, str] = {}
        self.expected = span.expected
        self.n_paths = span.n_paths

    def _name(self, stream: str) -> str:
        name = self._names.get(stream)
        if name is None:
            if stream.split(".", maxsplit=1)[0] not in self._declared:
                raise ValueError(f"{self._prefix} draws from stream '{stream}', which it does not declare")
            name = self._names[stream] = f"{self._prefix}.{stream}"
        return name

    def uniform(self, stream: str) -> Array:
        """(n_paths,) uniforms of today."""
        return self._span.uniform(self._name(stream))

    def normal(self, stream: str) -> Array:
        """(n_paths,) standard normals of today; zero in expected-count mode."""
        if self.expected:
            return np.zeros(self.n_paths)
        return self._span.normal(self._name(stream))

    def fixed(self, stream: str, count: int) -> Array:
        """(count, n_paths) uniforms drawn before day 0."""
        return self._span.fixed(self._name(stream), count)

    def _row(self, values: Array | float) -> Array:
        return values if isinstance(values, np.ndarray) and values.ndim else np.full(self.n_paths, float(values))

    def poisson(self, stream: str, mean: Array | float) -> Array:
        """Whole numbers of independent events, or their mean in expected-count mode."""
        mean = self._row(mean)
        if self.expected:
            return mean.astype(float)
        name = self._name(stream)
        return counts.poisson(mean, self._span.uniform(name), partial(self._span.normal, name))

    def binomial(self, stream: str, number: Array | float, probability: Array | float) -> Array:
        """How many of ``number`` happen, or their mean in expected-count mode."""
        number = self._row(number)
        if self.expected:
            return np.asarray(number * probability)
        return counts.binomial(number, probability, self.uniform(stream))

    def noise(self, stream: str, dispersion: Array | float) -> Array | float:
        """Lognormal noise with mean one; exactly one in expected-count mode. Shared: must not be written to.

        Source: its relative variance ``1 / k`` is the extra one of a negative binomial of dispersion ``k``.
        """
        return 1.0 if self.expected else self._span.noise(self._name(stream), dispersion)

    def sum_of(self, stream: str, number: Array, mean: Array | float, relative_variance: Array | float) -> Array:
        """Sum of ``number`` amounts of this mean and relative variance each, lognormal with the sum's own two.

        ``log-variance = log(1 + relative_variance / number)``; its mean in expected-count mode. Computed on the paths
        that have an amount to add up: on most days of most channels they are few.
        """
        total = np.asarray(number * mean)
        if self.expected or not np.any(relative_variance):
            return total
        paths = total.nonzero()[0]
        each = np.broadcast_to(relative_variance, total.shape)[paths]
        log_variance = np.log1p(each / np.maximum(number[paths], 1.0))
        few = 4 * paths.size < total.size
        normal = ndtri(self.uniform(stream)[paths]) if few else self.normal(stream)[paths]
        total[paths] *= np.exp(normal * np.sqrt(log_variance) - 0.5 * log_variance)
        return total

    def split(self, stream: str) -> Array | None:
        """Return the uniform that splits a cohort over its delays; None in expected-count mode."""
        return None if self.expected else self.uniform(stream)
