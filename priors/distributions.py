"""The univariate priors a run file can name.

Every method works elementwise on arrays of shape (n,). The parameters of a distribution may be arrays of that
shape too, because the bounds of one parameter may depend on others. scipy loads on first use: importing this
module is cheap.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .distribution import FACTORS, U_MAX, U_MIN, Change, Distribution, FloatArray, Parameter

__all__ = [
    "DISTRIBUTIONS",
    "Beta",
    "Fixed",
    "HalfNormal",
    "LogNormal",
    "LogUniform",
    "Normal",
    "TruncatedNormal",
    "Uniform",
]

SMALLEST_POSITIVE = float(np.finfo(np.float64).tiny)
LARGEST_FINITE = float(np.finfo(np.float64).max)
LN_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
SQRT2 = math.sqrt(2.0)
NO_LOGARITHM = "its range reaches zero, where there is no logarithm"


@dataclass(frozen=True)
class Fixed(Distribution):
    """Hold a parameter at one value, with neither a coordinate in the unit cube nor a density."""

    name = "fixed"
    form = "name = 1.0"
    sentence = "a number fixes the parameter"

    value: Parameter
    ends = ("value", "value")
    phrase = "fixed at {value}"
    stand_in: ClassVar = {"value": 0.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        return self.value + 0.0 * u

    def _cdf(self, x: FloatArray) -> FloatArray:
        return 1.0 + 0.0 * x

    def _log_density(self, x: FloatArray) -> FloatArray:
        return 0.0 * x


@dataclass(frozen=True)
class Uniform(Distribution):
    """Spread the probability evenly between two bounds."""

    name = "uniform"
    form = "{ uniform = [low, high] }"
    sentence = "flat between two bounds"

    low: Parameter
    high: Parameter
    needs = ("low < high",)
    ends = ("low", "high")
    phrase = "uniform from {low} to {high}"
    stand_in: ClassVar = {"low": 0.0, "high": 1.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        return self.low + u * (self.high - self.low)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return (x - self.low) / (self.high - self.low)

    def _log_density(self, x: FloatArray) -> FloatArray:
        return 0.0 * x - np.log(self.high - self.low)

    def varied(self, change: Change) -> tuple[Distribution | None, str]:
        """Return the range halved or doubled about its middle, or flat in the logarithm."""
        low, high = float(self.low), float(self.high)
        if change == "log-flat":
            return (LogUniform(low, high), "") if low > 0.0 else (None, NO_LOGARITHM)
        middle, half = 0.5 * (low + high), 0.5 * (high - low) * FACTORS[change]
        return Uniform(middle - half, middle + half), ""

    def clipped(self, low: float, high: float) -> Uniform:
        """Return the part of the range between two bounds."""
        return Uniform(max(float(self.low), low), min(float(self.high), high))


def _log_ratio(numerator: Parameter, denominator: Parameter) -> FloatArray:
    # Near one the difference of logarithms has lost the digits that matter; the relative difference has not.
    near = np.log1p((numerator - denominator) / denominator)
    far = np.log(numerator) - np.log(denominator)
    return np.where((numerator > 0.5 * denominator) & (numerator < 2.0 * denominator), near, far)


@dataclass(frozen=True)
class LogUniform(Distribution):
    """Spread the probability evenly in the logarithm between two bounds: p(x) = 1/(x ln(high/low))."""

    name = "loguniform"
    form = "{ loguniform = [low, high] }"
    sentence = "flat in the logarithm, 0 < low < high"
    logarithmic = True

    low: Parameter
    high: Parameter
    needs = ("0 < low < high",)
    ends = ("low", "high")
    phrase = "log-uniform from {low} to {high}"
    stand_in: ClassVar = {"low": 1.0, "high": 2.0}

    @cached_property
    def _width(self) -> FloatArray:
        return _log_ratio(self.high, self.low)

    def _quantile(self, u: FloatArray) -> FloatArray:
        return self.low * np.exp(u * self._width)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return _log_ratio(x, self.low) / self._width

    def _log_density(self, x: FloatArray) -> FloatArray:
        return -np.log(x) - np.log(self._width)

    def varied(self, change: Change) -> tuple[Distribution | None, str]:
        """Return the range halved or doubled about the middle of its logarithm, or flat."""
        if change == "log-flat":
            return Uniform(float(self.low), float(self.high)), ""
        low, high = math.log(self.low), math.log(self.high)
        middle, half = 0.5 * (low + high), 0.5 * (high - low) * FACTORS[change]
        return LogUniform(math.exp(middle - half), math.exp(middle + half)), ""

    def clipped(self, low: float, high: float) -> LogUniform:
        """Return the part of the range between two bounds."""
        return LogUniform(max(float(self.low), low), min(float(self.high), high))


@dataclass(frozen=True)
class Normal(Distribution):
    """Describe a Gaussian by its mean and standard deviation."""

    name = "normal"
    form = "{ normal = [mean, sd] }"
    sentence = "Gaussian"
    width = "sd"

    mean: Parameter
    sd: Parameter
    needs = ("0 < sd",)
    phrase = "normal with mean {mean} and standard deviation {sd}"
    stand_in: ClassVar = {"mean": 0.0, "sd": 1.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        from scipy.special import ndtri

        return self.mean + self.sd * ndtri(u)

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return ndtr((x - self.mean) / self.sd)

    def _log_density(self, x: FloatArray) -> FloatArray:
        z = (x - self.mean) / self.sd
        return -0.5 * z * z - np.log(self.sd) - LN_SQRT_2PI


@dataclass(frozen=True)
class TruncatedNormal(Distribution):
    """Describe a Gaussian of given mean and standard deviation (before the cut) between two bounds."""

    name = "truncnormal"
    form = "{ truncnormal = { mean = m, sd = s, low = a, high = b } }"
    sentence = "Gaussian cut at bounds and normalised between them"
    width = "sd"

    mean: Parameter
    sd: Parameter
    low: Parameter
    high: Parameter
    needs = ("0 < sd", "low < high")
    ends = ("low", "high")
    phrase = "normal with mean {mean} and standard deviation {sd}, truncated to {low} to {high}"
    stand_in: ClassVar = {"mean": 0.0, "sd": 1.0, "low": -1.0, "high": 1.0}

    @cached_property
    def _geometry(self) -> tuple[Parameter, Parameter, FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
        alpha, beta = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        reflected, middle = np.asarray(beta <= 0.0), np.asarray((alpha < 0.0) & (beta > 0.0))
        start = np.where(middle, 0.0, np.where(reflected, -beta, alpha))
        return alpha, beta, start, reflected, middle

    def _either(self, middle: Callable[[], FloatArray], tail: Callable[[], FloatArray]) -> FloatArray:
        """Choose by whether the mean lies between the bounds, without the cost of a choice nobody needs."""
        where = self._geometry[-1]
        if where.all():
            return middle()
        return np.where(where, middle(), tail()) if where.any() else tail()

    def _step(self, x: FloatArray) -> FloatArray:
        return np.where(self._geometry[3], self.high - x, x - self.low) / self.sd

    def _quantile(self, u: FloatArray) -> FloatArray:
        from . import truncation

        alpha, beta, start, reflected, _ = self._geometry

        def tail() -> FloatArray:
            step = self.sd * truncation.tail_quantile(start, (self.high - self.low) / self.sd, u, reflected)
            return np.where(reflected, self.high - step, self.low + step)

        return self._either(lambda: self.mean + self.sd * truncation.middle_quantile(alpha, beta, u), tail)

    def _cdf(self, x: FloatArray) -> FloatArray:
        from . import truncation

        alpha, beta, start, reflected, _ = self._geometry
        width = (self.high - self.low) / self.sd
        return self._either(
            lambda: truncation.middle_unit(alpha, beta, (x - self.mean) / self.sd),
            lambda: truncation.tail_unit(start, self._step(x), width, reflected),
        )

    def _log_density(self, x: FloatArray) -> FloatArray:
        from . import truncation

        alpha, beta, start, _, _ = self._geometry
        width = (self.high - self.low) / self.sd
        density = self._either(
            lambda: truncation.middle_log_density(alpha, beta, (x - self.mean) / self.sd),
            lambda: truncation.tail_log_density(start, self._step(x), width),
        )
        return density - np.log(self.sd)


@dataclass(frozen=True)
class LogNormal(Distribution):
    """Describe a parameter whose natural logarithm is Gaussian, by the median and the width in ln."""

    name = "lognormal"
    form = "{ lognormal = [median, width of ln] }"
    sentence = "Gaussian in the logarithm"
    width = "sigma_ln"

    median: Parameter
    sigma_ln: Parameter
    # Beyond a width of 20 the tails a sampler reaches overflow.
    needs = ("0 < median", "0 < sigma_ln <= 20")
    ends = (0.0, math.inf)
    phrase = "log-normal with median {median} and width {sigma_ln} in ln"
    stand_in: ClassVar = {"median": 1.0, "sigma_ln": 1.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        from scipy.special import ndtri

        return np.minimum(
            np.maximum(self.median * np.exp(self.sigma_ln * ndtri(u)), SMALLEST_POSITIVE), LARGEST_FINITE
        )

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return ndtr(_log_ratio(x, self.median) / self.sigma_ln)

    def _log_density(self, x: FloatArray) -> FloatArray:
        z = _log_ratio(x, self.median) / self.sigma_ln
        density = -0.5 * z * z - np.log(x) - np.log(self.sigma_ln) - LN_SQRT_2PI
        return np.where((x > 0.0) & (x < np.inf), density, -np.inf)


@dataclass(frozen=True)
class HalfNormal(Distribution):
    """Describe the positive half of a Gaussian centred on zero, by the standard deviation of the whole."""

    name = "halfnormal"
    form = "{ halfnormal = sd }"
    sentence = "the positive half of a Gaussian around zero"
    width = "sd"

    sd: Parameter
    needs = ("0 < sd",)
    ends = (0.0, math.inf)
    phrase = "half-normal with standard deviation {sd}"
    stand_in: ClassVar = {"sd": 1.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        from scipy.special import erfinv

        return self.sd * SQRT2 * erfinv(u)

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import erf

        return erf(x / (self.sd * SQRT2))

    def _log_density(self, x: FloatArray) -> FloatArray:
        z = x / self.sd
        return math.log(2.0) - 0.5 * z * z - np.log(self.sd) - LN_SQRT_2PI


def _beta_fraction(a: Parameter, b: Parameter, u: FloatArray) -> FloatArray:
    from scipy.special import betaincinv, betaln

    fraction = betaincinv(a, b, u)
    # scipy gives NaN far below u = 1e-100 for some shapes; there the first term of the series is exact.
    leading = np.exp((np.log(u) + np.log(a) + betaln(a, b)) / a)
    return np.where(np.isnan(fraction), leading, fraction)


@dataclass(frozen=True)
class Beta(Distribution):
    """Describe a beta distribution with shapes a and b, stretched from [0, 1] to [low, high]."""

    name = "beta"
    form = "{ beta = [a, b] }"
    sentence = "beta distribution on 0 to 1, or { beta = { a, b, low, high } }"

    a: Parameter
    b: Parameter
    low: Parameter = 0.0
    high: Parameter = 1.0
    # Below, the quantile of a small u is no double any more; above, the normalisation has ten digits only.
    needs = ("0.05 <= a <= 1e4", "0.05 <= b <= 1e4", "low < high")
    ends = ("low", "high")
    phrase = "beta with shapes {a} and {b} from {low} to {high}"
    stand_in: ClassVar = {"a": 1.0, "b": 1.0, "low": 0.0, "high": 1.0}

    def _quantile(self, u: FloatArray) -> FloatArray:
        width = self.high - self.low
        below, above = _beta_fraction(self.a, self.b, u), _beta_fraction(self.b, self.a, 1.0 - u)
        # Measured from the nearer end, which may be zero and then keeps all digits.
        x = np.where(below < 0.5, self.low + width * below, self.high - width * above)
        # The density may vanish or diverge at the ends themselves.
        return np.minimum(np.maximum(x, np.nextafter(self.low, np.inf)), np.nextafter(self.high, -np.inf))

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import betainc

        width = self.high - self.low
        below, above = np.minimum((x - self.low) / width, 1.0), np.minimum((self.high - x) / width, 1.0)
        return np.where(below < 0.5, betainc(self.a, self.b, below), 1.0 - betainc(self.b, self.a, above))

    def _log_density(self, x: FloatArray) -> FloatArray:
        from scipy.special import betaln, xlogy

        width = self.high - self.low
        # A shape below one has an infinite density at its end; the nearest interior number keeps it finite.
        below = np.maximum((x - self.low) / width, np.where(np.less(self.a, 1.0), U_MIN, 0.0))
        above = np.maximum((self.high - x) / width, np.where(np.less(self.b, 1.0), 1.0 - U_MAX, 0.0))
        powers = xlogy(np.subtract(self.a, 1.0), below) + xlogy(np.subtract(self.b, 1.0), above)
        return powers - betaln(self.a, self.b) - np.log(width)


DISTRIBUTIONS: dict[str, type[Distribution]] = {
    kind.name: kind
    for kind in (Fixed, Uniform, LogUniform, Normal, TruncatedNormal, LogNormal, HalfNormal, Beta)
}
